import { Eye, EyeOff, Variable } from "lucide-react";
import { useMemo, useState } from "react";
import {
  CopyButton,
  EmptyState,
  ErrorPanel,
  FilterBox,
  filterWords,
  fits,
  IconButton,
  Skeleton,
} from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import { variables } from "../logic/env";
import type { TabProps } from "../tabs";
import { useInspect } from "../useInspect";
import styles from "./tabs.module.css";

const NONE: ReadonlySet<string> = new Set();

/** The container's variables; those that look secret are hidden until asked for. */
export default function Environment({ container }: TabProps) {
  const t = useT();
  const { data, error } = useInspect(container);
  const [text, setText] = useState("");
  const [shown, setShown] = useState(NONE);
  const [all, setAll] = useState(false);
  const list = useMemo(() => variables(data?.Config.Env), [data]);
  if (error) return <ErrorPanel error={error} />;
  if (!data) return <Skeleton />;
  if (list.length === 0) return <EmptyState icon={Variable} text={t("detail-env-none")} />;
  const words = filterWords(text);
  const secrets = list.some((it) => it.secret);
  const turn = (name: string) => {
    const next = new Set(shown);
    if (!next.delete(name)) next.add(name);
    setShown(next);
  };
  const found = list.filter((it) => fits(words, [it.name, it.secret && !all ? "" : it.value]));
  return (
    <div className={styles.fill}>
      <div className={styles.bar}>
        <FilterBox value={text} onChange={setText} label={t("detail-env-filter")} />
        <span className={styles.room} />
        {secrets && (
          <IconButton
            icon={all ? EyeOff : Eye}
            label={t(all ? "detail-env-hide" : "detail-env-show")}
            pressed={all}
            onClick={() => setAll(!all)}
          />
        )}
        <CopyButton
          label={t("detail-env-copy")}
          text={() => list.map((it) => `${it.name}=${it.value}`).join("\n")}
        />
      </div>
      <div className={styles.scroll}>
        <table className={styles.pairs}>
          <colgroup>
            <col className={styles.nameColumn} />
            <col />
            <col className={styles.toolColumn} />
          </colgroup>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">{t("detail-env-name")}</th>
              <th scope="col">{t("detail-env-value")}</th>
              <th scope="col">{t("detail-actions")}</th>
            </tr>
          </thead>
          <tbody>
            {found.map(({ name, value, secret }) => {
              const open = !secret || all || shown.has(name);
              return (
                <tr key={name}>
                  <th scope="row">{visibleText(name)}</th>
                  <td>
                    {open ? (
                      <bdi>{visibleText(value)}</bdi>
                    ) : (
                      <span className={styles.hidden}>••••••••</span>
                    )}
                  </td>
                  <td className={styles.tools}>
                    {secret && !all && (
                      <IconButton
                        small
                        icon={open ? EyeOff : Eye}
                        label={t(open ? "detail-env-hide-one" : "detail-env-show-one", { name })}
                        onClick={() => turn(name)}
                      />
                    )}
                    <CopyButton text={value} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </div>
  );
}
