import type { CleanUpItem } from "@/bindings/CleanUpItem";
import type { SpaceNode } from "@/bindings/SpaceNode";

/** A node with the way to it, which is also its key. */
export interface Placed {
  node: SpaceNode;
  /** Positions of its ancestors among their siblings and its own, such as `0/2/1`. */
  key: string;
  depth: number;
}

export function keyOfItem(item: CleanUpItem): string {
  return item.what === "trim" ? "trim" : `${item.what}:${item.id}`;
}

/** The node at a key; the root for "". */
export function nodeAt(root: SpaceNode, key: string): SpaceNode | undefined {
  let node: SpaceNode | undefined = root;
  for (const part of key === "" ? [] : key.split("/")) node = node?.children[Number(part)];
  return node;
}

/** From the root down to the node at a key, root first. */
export function trail(root: SpaceNode, key: string): Placed[] {
  const parts = key === "" ? [] : key.split("/");
  const found: Placed[] = [{ node: root, key: "", depth: 0 }];
  let node = root;
  for (const [index, part] of parts.entries()) {
    const next = node.children[Number(part)];
    if (!next) break;
    node = next;
    found.push({ node, key: parts.slice(0, index + 1).join("/"), depth: index + 1 });
  }
  return found;
}

/** The children of a node, largest first. */
export function parts(node: SpaceNode, key: string): Placed[] {
  const depth = key === "" ? 1 : key.split("/").length + 1;
  const all = node.children.map((child, index) => ({
    node: child,
    key: key === "" ? String(index) : `${key}/${index}`,
    depth,
  }));
  return all.sort((a, b) => b.node.bytes - a.node.bytes);
}

/** Everything below a node that can be removed now. */
export function removable(node: SpaceNode): SpaceNode[] {
  const own = node.remove ? [node] : [];
  return [...own, ...node.children.flatMap(removable)];
}

/** Bytes that removing these nodes frees; a node below another counts once. */
export function freed(nodes: readonly SpaceNode[]): number {
  const inner = new Set(nodes.flatMap((node) => node.children.flatMap(below)));
  return nodes.reduce((sum, node) => sum + (inner.has(node) ? 0 : node.bytes), 0);
}

function below(node: SpaceNode): SpaceNode[] {
  return [node, ...node.children.flatMap(below)];
}

/** The nodes that removing `chosen` (keys of {@link keyOfItem}) removes. */
export function chosenNodes(root: SpaceNode, chosen: ReadonlySet<string>): SpaceNode[] {
  return removable(root).filter((node) => node.remove && chosen.has(keyOfItem(node.remove)));
}
