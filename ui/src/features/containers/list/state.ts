import type { Container } from "@/bindings/Container";
import type { StateLook } from "@/components";

/** How a container's state is shown. */
export interface Shown {
  look: StateLook;
  /** ID of the message that names it; `{ $code }` is the exit code. */
  word: string;
}

/** Exit codes of a process that was asked to end: SIGINT, SIGKILL, SIGTERM. */
const ASKED_TO_END = [0, 130, 137, 143];

export function shownState(container: Pick<Container, "state" | "health" | "exit_code">): Shown {
  const { state, health, exit_code: code } = container;
  switch (state) {
    case "running":
      if (health === "unhealthy") return { look: "failed", word: "containers-unhealthy" };
      if (health === "starting") return { look: "busy", word: "containers-health-starting" };
      return { look: "running", word: health ? "containers-healthy" : "containers-running" };
    case "paused":
      return { look: "paused", word: "containers-paused" };
    case "restarting":
      return { look: "busy", word: "containers-restarting" };
    case "removing":
      return { look: "busy", word: "containers-removing" };
    case "created":
      return { look: "created", word: "containers-created" };
    case "dead":
      return { look: "failed", word: "containers-dead" };
    case "exited":
      if (code === null || code === 0) return { look: "stopped", word: "containers-exited" };
      return {
        look: ASKED_TO_END.includes(code) ? "stopped" : "failed",
        word: "containers-exited-code",
      };
  }
}

/** The moment since which it is as it is, in seconds since the epoch. */
export function sinceSeconds(container: Container): number | null {
  const { state } = container;
  if (state === "running") return container.started;
  // The engine does not say when it was frozen.
  if (state === "paused") return null;
  if (state === "exited" || state === "dead") return container.finished;
  return container.created;
}

/** True while its process exists. */
export function isUp(container: Pick<Container, "state">): boolean {
  return ["running", "paused", "restarting"].includes(container.state);
}

const RANKS = ["running", "restarting", "paused", "removing", "created", "exited", "dead"];

/** What runs comes first. */
export function byState(a: Container, b: Container): number {
  return RANKS.indexOf(a.state) - RANKS.indexOf(b.state);
}

export type Facet = "all" | "running" | "stopped" | "trouble";

export function inFacet(container: Container, facet: Facet): boolean {
  if (facet === "all") return true;
  if (facet === "running") return isUp(container);
  if (facet === "stopped") return !isUp(container);
  return shownState(container).look === "failed" || container.state === "restarting";
}

/** What the filter searches. */
export function searched(container: Container): (string | null | undefined)[] {
  return [
    container.name,
    container.image,
    container.id.slice(0, 12),
    container.project?.project,
    container.project?.service,
    container.state,
    container.health,
    ...container.ports.map((port) => String(port.host ?? port.container)),
    ...container.networks.map((network) => network.name),
  ];
}
