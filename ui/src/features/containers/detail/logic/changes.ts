/** Item of `GET /containers/{id}/changes`. */
export interface FileChange {
  Path: string;
  /** 0 changed, 1 added, 2 deleted. */
  Kind: number;
}

export type ChangeKind = "changed" | "added" | "deleted";

export interface ChangeNode {
  path: string;
  kind: ChangeKind;
  depth: number;
  /** How many changes are below it. */
  below: number;
}

const KINDS: readonly ChangeKind[] = ["changed", "added", "deleted"];

export function kindOf(change: FileChange): ChangeKind {
  return KINDS[change.Kind] ?? "changed";
}

/** Changes in the order of a tree, each with how many lie below it. */
export function tree(changes: readonly FileChange[] | null): ChangeNode[] {
  const all = [...(changes ?? [])].sort((a, b) => compare(a.Path, b.Path));
  const nodes: ChangeNode[] = [];
  const open: ChangeNode[] = [];
  for (const change of all) {
    while (open.length > 0 && !inside(change.Path, open[open.length - 1]?.path ?? "")) open.pop();
    for (const above of open) above.below++;
    const node = { path: change.Path, kind: kindOf(change), depth: open.length, below: 0 };
    nodes.push(node);
    open.push(node);
  }
  return nodes;
}

function compare(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return (left[i] ?? "") < (right[i] ?? "") ? -1 : 1;
  }
  return left.length - right.length;
}

function inside(path: string, folder: string): boolean {
  return path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** Without folders that are listed only because something in them changed. */
export function leaves(nodes: readonly ChangeNode[]): ChangeNode[] {
  return nodes.filter((node) => node.kind !== "changed" || node.below === 0);
}

/** How the children of `folder` changed, by their names; for marks in a list of files. */
export function marksIn(
  changes: readonly FileChange[] | null,
  folder: string,
): Map<string, ChangeKind> {
  const prefix = folder === "/" ? "/" : `${folder}/`;
  const marks = new Map<string, ChangeKind>();
  for (const change of changes ?? []) {
    if (!change.Path.startsWith(prefix)) continue;
    const name = change.Path.slice(prefix.length).split("/")[0] ?? "";
    const itself = change.Path === prefix + name;
    if (itself) marks.set(name, kindOf(change));
    else if (!marks.has(name)) marks.set(name, "changed");
  }
  return marks;
}
