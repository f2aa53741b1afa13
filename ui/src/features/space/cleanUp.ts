import { useEffect, useRef } from "react";
import { confirmList } from "@/app/confirm";
import { noticeError } from "@/app/notices";
import type { SpaceNode } from "@/bindings/SpaceNode";
import type { Translate } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { call } from "@/rpc";
import { kindWord, nodeName } from "./words";

/** Shows exactly what goes, and removes it if the user wants that. True once it began. */
export async function cleanUp(t: Translate, nodes: readonly SpaceNode[]): Promise<boolean> {
  const sure = await confirmList({
    title: t("space-confirm-title", { count: nodes.length }),
    note: t("space-confirm-note"),
    items: nodes.map((node) => ({
      name: nodeName(t, node),
      detail: kindWord(t, node),
      bytes: node.bytes,
    })),
    verb: t("space-remove"),
  });
  if (!sure) return false;
  const items = nodes.flatMap((node) => (node.remove ? [node.remove] : []));
  try {
    await call("task_start", { kind: "clean_up", items });
    return true;
  } catch (thrown) {
    noticeError(t("space-free-failed"), thrown);
    return false;
  }
}

/** Calls `then` whenever a clean-up has ended. */
export function useCleanUps(then: () => void): void {
  const all = useTasks();
  const running = all.filter((it) => it.spec.kind === "clean_up" && it.state === "running").length;
  const before = useRef(running);
  useEffect(() => {
    if (running < before.current) then();
    before.current = running;
  }, [running, then]);
}
