import type { Container } from "@/bindings/Container";
import { model, useSelect } from "@/model";

/** What the lists of volumes, networks and projects show of a container. */
const SHOWN = [
  "id",
  "name",
  "image",
  "state",
  "health",
  "exit_code",
  "ports",
  "project",
  "networks",
  "mounts",
] as const;

function sameOne(a: Container, b: Container): boolean {
  if (a === b) return true;
  return SHOWN.every(
    (key) => a[key] === b[key] || JSON.stringify(a[key]) === JSON.stringify(b[key]),
  );
}

/** True if nothing that is shown differs. Objects that did not change are the same ones. */
export function sameContainers(a: readonly Container[], b: readonly Container[]): boolean {
  return a.length === b.length && a.every((one, at) => sameOne(one, b[at] as Container));
}

const all = (containers: readonly Container[]) => containers;

/** All containers; renders again only when something that is shown of them differs. */
export function useContainers(): readonly Container[] {
  return useSelect(model.containers, all, sameContainers);
}
