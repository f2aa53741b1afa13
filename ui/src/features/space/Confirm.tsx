import { useEffect, useState } from "react";
import type { SpaceNode } from "@/bindings/SpaceNode";
import { Button, Bytes, bytes, Dialog, ErrorPanel, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { call } from "@/rpc";
import styles from "./Space.module.css";
import { freed, keyOfItem } from "./tree";
import { kindWord, nodeName } from "./words";

export interface ConfirmProps {
  open: boolean;
  nodes: readonly SpaceNode[];
  onClose: () => void;
  /** The clean-up has ended, well or not. */
  onDone: () => void;
}

/** Exactly what goes and what comes back, before anything goes. */
export function Confirm({ open, nodes, onClose, onDone }: ConfirmProps) {
  const t = useT();
  const [error, setError] = useState<unknown>();
  const [task, setTask] = useState<number>();
  useEnd(task, () => {
    setTask(undefined);
    onDone();
  });
  const start = async () => {
    setError(undefined);
    const items = nodes.flatMap((node) => (node.remove ? [node.remove] : []));
    try {
      setTask((await call("task_start", { kind: "clean_up", items })).id);
      onClose();
    } catch (thrown) {
      setError(thrown);
    }
  };
  const amount = bytes(freed(nodes));
  return (
    <Dialog
      open={open}
      onClose={onClose}
      width="medium"
      title={t("space-confirm-title", { count: nodes.length })}
      note={t("space-confirm-note", { bytes: amount })}
      onSubmit={() => void start()}
      actions={
        <>
          <Button onClick={onClose}>{t("space-keep")}</Button>
          <Button look="danger" type="submit">
            {t("space-free-now", { bytes: amount })}
          </Button>
        </>
      }
    >
      {error !== undefined && <ErrorPanel inline error={error} what={t("space-free-failed")} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it */}
      <ul className={styles.goes} tabIndex={0} aria-label={t("space-goes")}>
        {nodes.map((node) => (
          <li key={node.remove ? keyOfItem(node.remove) : node.name} className={styles.going}>
            <span className={styles.kind}>{kindWord(t, node)}</span>
            <Truncate text={nodeName(t, node)} />
            <span className={styles.bytes}>
              <Bytes value={node.bytes} />
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Calls `then` once the task has ended. */
function useEnd(id: number | undefined, then: () => void): void {
  const task = useTasks().find((it) => it.id === id);
  const ended = task !== undefined && task.state !== "running";
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each end, not for each render
  useEffect(() => {
    if (ended) then();
  }, [ended]);
}
