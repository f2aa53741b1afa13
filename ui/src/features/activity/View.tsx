import { useState } from "react";
import { usePref } from "@/app/prefs";
import type { Mark } from "@/bindings/Mark";
import { Ago, Bytes, cx, ErrorPanel, Page, Percent } from "@/components";
import { useT } from "@/i18n/i18n";
import { useStatus } from "@/model";
import styles from "./Activity.module.css";
import { Chart, inUnit } from "./Chart";
import { CHARTS, type ChartSpec, type Columns, RANGES, type Range } from "./series";
import { useActivity } from "./useActivity";

const DEFAULT: Range = "1h";

/** What the engine, its machine and this computer did over time. */
export default function View() {
  const t = useT();
  const [range, setRange] = usePref<Range>("activity.range", DEFAULT);
  const { data, now, marks, error } = useActivity(range);
  return (
    <Page title={t("nav-activity")} padded tools={<Ranges value={range} onChange={setRange} />}>
      {error !== undefined && <ErrorPanel inline error={error} what={t("activity-failed")} />}
      <Facts now={now} />
      <div className={styles.charts}>
        {CHARTS.map((spec, index) => (
          <Panel
            key={spec.id}
            spec={spec}
            data={data[index] as Columns}
            marks={marks}
            range={RANGES[range]}
          />
        ))}
      </div>
      <Marks marks={marks} />
    </Page>
  );
}

function Ranges({ value, onChange }: { value: Range; onChange: (range: Range) => void }) {
  const t = useT();
  return (
    <fieldset className={styles.ranges}>
      <legend className="visually-hidden">{t("activity-range")}</legend>
      {(Object.keys(RANGES) as Range[]).map((range) => (
        <label key={range} className={cx(styles.range, range === value && styles.chosen)}>
          <input
            type="radio"
            name="range"
            className="visually-hidden"
            checked={range === value}
            onChange={() => onChange(range)}
          />
          {t(`activity-range-${range}`)}
        </label>
      ))}
    </fieldset>
  );
}

function Facts({ now }: { now: ReturnType<typeof useActivity>["now"] }) {
  const t = useT();
  const status = useStatus();
  const facts = [
    ["activity-fact-vm-cpu", <Percent key="a" value={now?.vm_cpu_percent} />],
    ["activity-fact-vm-memory", <Bytes key="b" value={now?.vm_memory} />],
    ["activity-fact-daemon", <Bytes key="c" value={now?.daemon_memory} />],
    ["activity-fact-disk", <Bytes key="d" value={now?.disk_host} />],
    ["activity-fact-free", <Bytes key="e" value={now?.host_disk_free} />],
  ] as const;
  return (
    <dl className={styles.facts}>
      {facts.map(([label, value]) => (
        <div key={label} className={styles.fact}>
          <dt className={styles.label}>{t(label)}</dt>
          <dd className={styles.value}>{value}</dd>
        </div>
      ))}
      {status?.vm.backend && (
        <div className={styles.fact}>
          <dt className={styles.label}>{t("activity-fact-machine")}</dt>
          <dd className={styles.word}>
            {status.vm.backend.name} · {status.vm.backend.accelerator}
          </dd>
        </div>
      )}
    </dl>
  );
}

interface PanelProps {
  spec: ChartSpec;
  data: Columns;
  marks: readonly Mark[];
  range: number;
}

function Panel({ spec, data, marks, range }: PanelProps) {
  const t = useT();
  const newest = (index: number) => data[index + 1]?.findLast((value) => value !== null);
  return (
    <section className={styles.panel} aria-label={t(`activity-${spec.id}`)}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t(`activity-${spec.id}`)}</h2>
        <ul className={styles.legend}>
          {spec.lines.map((line, index) => (
            <li key={line.series} className={styles.entry}>
              <span className={styles.stroke} style={{ background: `var(${line.color})` }} />
              {t(line.label)}
              <span className={styles.number}>{inUnit(spec.unit, newest(index))}</span>
            </li>
          ))}
        </ul>
      </header>
      <Chart spec={spec} data={data} marks={marks} range={range} />
    </section>
  );
}

const FEW = 8;

/** What woke, started or stopped the machine, newest first. */
function Marks({ marks }: { marks: readonly Mark[] }) {
  const t = useT();
  const [all, setAll] = useState(false);
  const shown = [...marks].reverse().slice(0, all ? undefined : FEW);
  return (
    <section className={styles.panel} aria-label={t("activity-marks")}>
      <header className={styles.head}>
        <h2 className={styles.title}>{t("activity-marks")}</h2>
      </header>
      {marks.length === 0 && <p className={styles.nothing}>{t("activity-marks-none")}</p>}
      <ul className={styles.marks}>
        {shown.map((mark) => (
          <li key={`${mark.time_ms}${mark.what}`} className={styles.mark}>
            <span className={styles.when}>
              <Ago ms={mark.time_ms} />
            </span>
            <span>{t(`activity-mark-${mark.what}`)}</span>
            <span className={styles.why}>{mark.why}</span>
          </li>
        ))}
      </ul>
      {marks.length > FEW && !all && (
        <button type="button" className={styles.more} onClick={() => setAll(true)}>
          {t("activity-marks-all", { count: marks.length })}
        </button>
      )}
    </section>
  );
}
