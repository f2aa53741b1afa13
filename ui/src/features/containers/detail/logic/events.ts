import type { Container } from "@/bindings/Container";
import type { EngineEvent } from "@/bindings/EngineEvent";

/** Events of one container, newest first; runs of a health check don't fill the list. */
export function notable(
  all: readonly EngineEvent[],
  { id, name }: Pick<Container, "id" | "name">,
): EngineEvent[] {
  const own = all.filter(
    (event) =>
      (event.object === "container" && (event.id === id || event.name === name)) ||
      event.attributes.container === id,
  );
  return own
    .filter((event) => !/^exec_(create|start|die|detach)/.test(event.action) || isUser(event))
    .reverse();
}

/** Docker names no author; what a check runs is a shell with a command. */
function isUser(event: EngineEvent): boolean {
  return event.action.startsWith("exec_create") && !/ -c /.test(event.action);
}
