import { useState } from "react";
import { CopyButton, ErrorPanel, JsonTree, SegmentedControl, Skeleton } from "@/components";
import type { Json } from "@/features/run/spec/spec";
import { useT } from "@/i18n/i18n";
import { folded } from "../logic/inspect";
import type { TabProps } from "../tabs";
import { useInspect } from "../useInspect";
import styles from "./tabs.module.css";

/** Everything the engine says of the container. */
export default function Inspect({ container }: TabProps) {
  const t = useT();
  const [form, setForm] = useState<"tree" | "raw">("tree");
  const { data, error, refetch } = useInspect(container);
  if (error) {
    return (
      <ErrorPanel error={error} action={{ label: t("detail-again"), run: () => void refetch() }} />
    );
  }
  if (!data) return <Skeleton />;
  const choice = (
    <SegmentedControl
      label={t("detail-inspect-form")}
      value={form}
      onChange={setForm}
      options={[
        { value: "tree", label: t("detail-inspect-tree") },
        { value: "raw", label: t("detail-inspect-raw") },
      ]}
    />
  );
  if (form === "tree") {
    const value = folded(data as unknown as Json);
    return <JsonTree value={value} label={t("detail-tab-inspect")} depth={1} tools={choice} />;
  }
  const text = JSON.stringify(data, null, 2);
  return (
    <div className={styles.fill}>
      <div className={styles.bar}>
        <span className={styles.room} />
        {choice}
        <CopyButton text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys */}
      <pre className={styles.raw} tabIndex={0}>
        {text}
      </pre>
    </div>
  );
}
