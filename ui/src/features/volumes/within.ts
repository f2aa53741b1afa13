/** A path of a volume: what leads out of it leads to its root. */
export function within(root: string, path: string): string {
  const inside = path === root || path.startsWith(root === "/" ? "/" : `${root}/`);
  return inside && !path.split("/").includes("..") ? path : root;
}
