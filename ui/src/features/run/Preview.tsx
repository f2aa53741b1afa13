import { TriangleAlert } from "lucide-react";
import { useMemo } from "react";
import { usePref } from "@/app/prefs";
import { CopyButton, SegmentedControl } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./Run.module.css";
import { commandText } from "./spec/command";
import { composeText, notInCompose } from "./spec/compose";
import type { Note } from "./spec/parse";
import type { RunSpec } from "./spec/spec";

/** The same as a command and as a compose file, as it is written. */
export function Preview({ spec, notes }: { spec: RunSpec; notes: readonly Note[] }) {
  const t = useT();
  const [form, setForm] = usePref<"command" | "compose">("run.preview", "command");
  const shown = spec.image === "" ? { ...spec, image: "IMAGE" } : spec;
  const text = useMemo(
    () => (form === "command" ? commandText(shown, 56) : composeText(shown)),
    [form, shown],
  );
  const left = form === "compose" ? notInCompose(spec) : [];
  return (
    <aside className={styles.side} aria-label={t("run-preview")}>
      <div className={styles.sideHead}>
        <SegmentedControl
          label={t("run-preview")}
          value={form}
          onChange={setForm}
          options={[
            { value: "command", label: "docker run" },
            { value: "compose", label: "Compose" },
          ]}
        />
        <CopyButton wide text={text} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a text that is scrolled and selected by keys */}
      <pre className={styles.code} tabIndex={0}>
        {text}
      </pre>
      <ul className={styles.notes}>
        {notes.map((note) => (
          <li key={`${note.kind} ${note.text}`} className={styles.note}>
            <TriangleAlert size={13} aria-hidden />
            <span>{t(`run-note-${note.kind}`, { text: note.text })}</span>
          </li>
        ))}
        {left.map((flag) => (
          <li key={flag} className={styles.note}>
            <TriangleAlert size={13} aria-hidden />
            <span>{t("run-note-no-compose", { text: flag })}</span>
          </li>
        ))}
        {spec.others.length > 0 && notes.length === 0 && (
          <li className={styles.note}>
            <TriangleAlert size={13} aria-hidden />
            <span>{t("run-note-unknown-flag", { text: spec.others.join(" ") })}</span>
          </li>
        )}
      </ul>
    </aside>
  );
}
