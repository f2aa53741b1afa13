import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { useKeys } from "@/app/keymap";
import type { KeyBinding } from "@/app/keys";
import { CommandBlock, IconButton, Truncate } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./parts.module.css";

export interface DetailHeadProps {
  name: string;
  /** A line of facts below the name. */
  sub?: ReactNode;
  /** Buttons. */
  tools?: ReactNode;
  onClose: () => void;
}

/** Name and actions of what is open beside a list. */
export function DetailHead({ name, sub, tools, onClose }: DetailHeadProps) {
  const t = useT();
  return (
    <header className={styles.head}>
      <div className={styles.title}>
        <h2 className={styles.name}>
          <Truncate text={name} />
        </h2>
        {sub && <div className={styles.sub}>{sub}</div>}
      </div>
      {tools}
      <IconButton icon={X} label={t("close")} keys="Escape" onClick={onClose} />
    </header>
  );
}

/** Keys of what is open, while the focus is in its detail; the list has the same for its rows. */
export function DetailKeys({
  bindings,
  children,
}: {
  bindings: KeyBinding[];
  children: ReactNode;
}) {
  const frame = useRef<HTMLDivElement>(null);
  useKeys("keys-detail", bindings, frame);
  return (
    <div ref={frame} className={styles.frame}>
      {children}
    </div>
  );
}

/** The scrolling part of a detail. */
export function DetailBody({ children }: { children: ReactNode }) {
  return <div className={styles.body}>{children}</div>;
}

export interface Fact {
  label: string;
  value: ReactNode;
}

/** Names with their values. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ label, value }) => (
        <div key={label} className={styles.fact}>
          <dt>
            <bdi>{label}</bdi>
          </dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export interface BlockProps {
  title: string;
  tools?: ReactNode;
  children: ReactNode;
}

/** A titled part of a detail. */
export function Block({ title, tools, children }: BlockProps) {
  return (
    <section className={styles.block}>
      <header className={styles.blockHead}>
        <h3 className={styles.blockTitle}>
          <bdi>{title}</bdi>
        </h3>
        {tools}
      </header>
      {children}
    </section>
  );
}

/** A framed list of lines. */
export function Rows({ children }: { children: ReactNode }) {
  return <ul className={styles.rows}>{children}</ul>;
}

export function Row({ children, end }: { children: ReactNode; end?: ReactNode }) {
  return (
    <li className={styles.row}>
      <span className={styles.rowMain}>{children}</span>
      {end && <span className={styles.rowEnd}>{end}</span>}
    </li>
  );
}

/** Labels and options: names with values, sorted. */
export function PairFacts({ pairs }: { pairs: Readonly<Record<string, string>> }) {
  const entries = Object.entries(pairs).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <Facts
      facts={entries.map(([label, value]) => ({
        label,
        value: <bdi className="mono">{value}</bdi>,
      }))}
    />
  );
}

/** The same actions as commands to copy. */
export function Commands({ list }: { list: readonly (readonly [string, string])[] }) {
  const t = useT();
  return (
    <Block title={t("run-as-commands")}>
      <div className={styles.commands}>
        {list.map(([name, command]) => (
          <div key={name} className={styles.command}>
            <span className={styles.commandName}>{name}</span>
            <CommandBlock wrap command={command} />
          </div>
        ))}
      </div>
    </Block>
  );
}
