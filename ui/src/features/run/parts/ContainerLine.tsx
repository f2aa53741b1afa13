import { Link } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { type StateLook, StateMark, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./parts.module.css";

const LOOKS: Record<Container["state"], StateLook> = {
  created: "created",
  running: "running",
  paused: "paused",
  restarting: "busy",
  removing: "busy",
  exited: "stopped",
  dead: "failed",
};

/** What a container's state looks like; an unhealthy one has failed. */
export function lookOf(container: Pick<Container, "state" | "health">): StateLook {
  if (container.state === "running" && container.health === "unhealthy") return "failed";
  if (container.state === "running" && container.health === "starting") return "busy";
  return LOOKS[container.state];
}

/** The message for a container's state. */
export function stateWord(container: Pick<Container, "state" | "health">): string {
  if (container.state === "running" && container.health === "unhealthy")
    return "run-state-unhealthy";
  return `run-state-${container.state}`;
}

/** A container in a list of something else: state and name, linked. */
export function ContainerLine({ container }: { container: Container }) {
  const t = useT();
  return (
    <>
      <StateMark compact look={lookOf(container)} word={t(stateWord(container))} />
      <Link to={`/containers/${container.id}`} className={styles.link}>
        <Truncate text={container.name} />
      </Link>
    </>
  );
}
