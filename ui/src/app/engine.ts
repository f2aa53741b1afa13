import type { Status } from "@/bindings/Status";
import type { Connection } from "@/rpc/socket";

/** How the engine is, in one word, of everything that is known. */
export type EngineMood =
  | "unknown"
  | "lost"
  | "refused"
  | "running"
  | "starting"
  | "stopping"
  | "stopped"
  | "asleep"
  | "failed";

export function engineMood(connection: Connection, status: Status | undefined): EngineMood {
  if (connection === "lost" || connection === "refused") return connection;
  if (!status) return "unknown";
  const { vm, engine } = status;
  switch (vm.state) {
    case "suspended":
    case "suspending":
      return "asleep";
    case "resuming":
    case "starting":
      return "starting";
    case "stopping":
      return "stopping";
    case "stopped":
      return "stopped";
    case "failed":
      return "failed";
    case "running":
      return engine.state;
  }
}
