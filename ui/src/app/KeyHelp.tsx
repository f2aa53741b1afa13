import { Dialog, Kbd } from "@/components";
import { useT } from "@/i18n/i18n";
import styles from "./KeyHelp.module.css";
import type { KeyBinding } from "./keys";

export interface KeyHelpProps {
  groups: readonly { title: string; bindings: readonly KeyBinding[] }[];
  onClose: () => void;
}

/** Groups of one title taken together; each keys once. */
export function merged(
  groups: KeyHelpProps["groups"],
): { title: string; bindings: readonly KeyBinding[] }[] {
  const found = new Map<string, KeyBinding[]>();
  const seen = new Set<string>();
  for (const { title, bindings } of groups) {
    const list = found.get(title) ?? [];
    found.set(title, list);
    for (const binding of bindings) {
      if (seen.has(binding.keys)) continue;
      seen.add(binding.keys);
      list.push(binding);
    }
  }
  return [...found]
    .map(([title, bindings]) => ({ title, bindings }))
    .filter((group) => group.bindings.length > 0);
}

/** The keys that work where the focus was. */
export function KeyHelp({ groups, onClose }: KeyHelpProps) {
  const t = useT();
  return (
    <Dialog open width="large" title={t("key-help")} onClose={onClose}>
      <div className={styles.groups}>
        {merged(groups).map((group) => (
          <section key={group.title} className={styles.group}>
            <h3 className={styles.title}>{t(group.title)}</h3>
            <dl>
              {group.bindings.map((binding) => (
                <div key={binding.keys} className={styles.line}>
                  <dt>{t(binding.label)}</dt>
                  <dd className={styles.keys}>
                    {binding.keys.split(" | ").map((keys) => (
                      <Kbd key={keys} keys={keys} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
