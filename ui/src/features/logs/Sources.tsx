import { memo, useMemo, useState } from "react";
import type { Container } from "@/bindings/Container";
import type { KeptLogs } from "@/bindings/KeptLogs";
import { ago, bytes, cx, filterWords, fits, TextInput } from "@/components";
import { useNow } from "@/components/format/clock";
import { useT } from "@/i18n/i18n";
import { type Choice, groups, isRunning, toggled } from "./choice";
import styles from "./Sources.module.css";
import { visibleText } from "./text/visible";

export interface SourcesProps {
  all: readonly Container[];
  kept: readonly KeptLogs[];
  choice: Choice;
  /** Colours of those whose lines are read, by ID. */
  hues: ReadonlyMap<string, number>;
  read: ReadonlySet<string>;
  onChoice: (choice: Choice) => void;
}

/** Whose lines are shown; the legend of their colours too. */
export function Sources({ all, kept, choice, hues, read, onChoice }: SourcesProps) {
  const t = useT();
  const [filter, setFilter] = useState("");
  const now = useNow();
  const words = filterWords(filter);
  const shown = all.filter((it) => fits(words, [it.name, it.image, it.project?.project]));
  const list = useMemo(() => groups(shown), [shown]);
  const gone = kept.filter((it) => fits(words, [it.name, it.image]));
  const entry = (key: string, id: string, name: string, note?: string, faint = false) => (
    <Entry
      key={id}
      name={name}
      note={note}
      faint={faint}
      hue={read.has(id) ? hues.get(id) : undefined}
      checked={read.has(id) && !choice.hidden.includes(key)}
      onToggle={(checked) => onChoice(toggled(choice, key, !checked, read.has(id)))}
      onOnly={() => onChoice({ running: false, containers: [key], projects: [], hidden: [] })}
    />
  );
  return (
    <aside className={styles.pane} aria-label={t("logs-sources")}>
      <div className={styles.head}>
        <TextInput
          value={filter}
          onChange={setFilter}
          fallback={t("logs-sources-filter")}
          aria-label={t("logs-sources-filter")}
        />
      </div>
      <div className={styles.list}>
        <button
          type="button"
          className={cx(styles.all, choice.running && styles.chosen)}
          aria-pressed={choice.running}
          onClick={() => onChoice({ running: true, containers: [], projects: [], hidden: [] })}
        >
          {t("logs-all-running")}
          <span className={styles.count}>{all.filter(isRunning).length}</span>
        </button>
        {list.map(({ project, containers }) => (
          <section key={project} className={styles.group}>
            <button
              type="button"
              className={cx(styles.project, choice.projects.includes(project) && styles.chosen)}
              disabled={project === ""}
              onClick={() =>
                onChoice({ running: false, containers: [], projects: [project], hidden: [] })
              }
            >
              <bdi>{project === "" ? t("logs-no-project") : visibleText(project)}</bdi>
              <span className={styles.count}>{containers.length}</span>
            </button>
            {containers.map((it) =>
              entry(
                it.name,
                it.id,
                shortName(it),
                isRunning(it) ? undefined : t("logs-stopped"),
                !isRunning(it),
              ),
            )}
          </section>
        ))}
        {gone.length > 0 && (
          <section className={styles.group}>
            <h2 className={styles.project}>{t("logs-kept")}</h2>
            {gone.map((it) =>
              entry(
                it.container,
                it.container,
                it.name,
                t("logs-kept-removed", { ago: ago(it.removed_ms, now), size: bytes(it.bytes) }),
                true,
              ),
            )}
          </section>
        )}
      </div>
    </aside>
  );
}

/** Within a project the service says enough. */
function shortName({ name, project }: Container): string {
  if (!project) return name;
  return project.number === 1 ? project.service : `${project.service} ${project.number}`;
}

interface EntryProps {
  name: string;
  note: string | undefined;
  faint: boolean;
  hue: number | undefined;
  checked: boolean;
  onToggle: (checked: boolean) => void;
  onOnly: () => void;
}

const Entry = memo(function Entry(props: EntryProps) {
  const { name, note, faint, hue, checked, onToggle, onOnly } = props;
  const t = useT();
  const seen = visibleText(name);
  return (
    <div className={styles.entry}>
      <input
        type="checkbox"
        className={cx(styles.check, hue !== undefined && styles[`hue${hue}`])}
        checked={checked}
        aria-label={seen}
        onChange={(event) => onToggle(event.target.checked)}
      />
      <button
        type="button"
        className={cx(styles.name, faint && styles.faint)}
        title={t("logs-only-this", { name: seen })}
        onClick={onOnly}
      >
        <bdi className={styles.text}>{seen}</bdi>
        {note && <span className={styles.note}>{note}</span>}
      </button>
    </div>
  );
});
