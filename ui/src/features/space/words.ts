import type { SpaceNode } from "@/bindings/SpaceNode";
import type { Translate } from "@/i18n/i18n";

const KINDS = new Set(
  "berth data images image containers container volumes volume build_cache cache_record logs kept_logs system suspended reclaimable other".split(
    " ",
  ),
);

/** What kind of thing a node is. */
export function kindWord(t: Translate, node: SpaceNode): string {
  return t(`space-kind-${KINDS.has(node.kind) ? node.kind : "other"}`);
}

/** A node's name; for groups, its kind. */
export function nodeName(t: Translate, node: SpaceNode): string {
  return node.name === "" ? kindWord(t, node) : node.name;
}

/** Which of the map's tints a node has: its own or its group's kind. */
export function tint(node: SpaceNode): string {
  switch (node.kind) {
    case "images":
    case "image":
      return "images";
    case "containers":
    case "container":
      return "containers";
    case "volumes":
    case "volume":
      return "volumes";
    case "build_cache":
    case "cache_record":
      return "cache";
    case "logs":
    case "kept_logs":
      return "logs";
    case "reclaimable":
      return "reclaimable";
    default:
      return "system";
  }
}
