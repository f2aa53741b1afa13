import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ChartPie, RotateCw, Trash2 } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import type { SpaceReport } from "@/bindings/SpaceReport";
import { Button, bytes, EmptyState, ErrorPanel, Page, Skeleton } from "@/components";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import { Crumbs } from "./Crumbs";
import { cleanUp, useCleanUps } from "./cleanUp";
import { PartsList } from "./PartsList";
import styles from "./Space.module.css";
import { TreeMap } from "./TreeMap";
import { chosenNodes, freed, keyOfItem, nodeAt, removable } from "./tree";

const KEY = ["space"];

/** Where every byte of the host went that Berth took, and how to get some back. */
export default function View() {
  const t = useT();
  const cache = useQueryClient();
  const space = useQuery({ queryKey: KEY, queryFn: () => call("space"), staleTime: 60_000 });
  const again = useCallback(() => void cache.invalidateQueries({ queryKey: KEY }), [cache]);
  useCleanUps(again);
  const report = space.data;
  return (
    <Page
      title={t("nav-space")}
      note={
        report &&
        t("space-summary", { used: bytes(report.root.bytes), free: bytes(report.host_free) })
      }
      tools={
        <Button icon={RotateCw} busy={space.isFetching} onClick={again}>
          {t("space-again")}
        </Button>
      }
    >
      {space.isError && !report ? (
        <ErrorPanel
          error={space.error}
          what={t("space-failed")}
          action={{ label: t("space-again"), run: again }}
        />
      ) : report ? (
        <Report report={report} />
      ) : (
        <Skeleton lines={10} />
      )}
    </Page>
  );
}

function Report({ report }: { report: SpaceReport }) {
  const t = useT();
  const { root } = report;
  const [place, setPlace] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const here = nodeAt(root, place) ?? root;
  const at = nodeAt(root, place) ? place : "";
  const nodes = useMemo(() => chosenNodes(root, chosen), [root, chosen]);
  const all = useMemo(() => removable(root), [root]);
  const toggle = useCallback((keys: readonly string[], on: boolean) => {
    setChosen((before) => {
      const next = new Set(before);
      for (const key of keys) on ? next.add(key) : next.delete(key);
      return next;
    });
  }, []);
  const free = async () => {
    if (await cleanUp(t, nodes)) setChosen(new Set());
  };
  if (root.bytes === 0) return <EmptyState icon={ChartPie} text={t("space-empty")} />;
  const everything = all.flatMap((node) => (node.remove ? [keyOfItem(node.remove)] : []));
  return (
    <div className={styles.report}>
      <div className={styles.bar}>
        <Crumbs root={root} place={at} onGo={setPlace} />
        <div className={styles.tools}>
          {nodes.length > 0 ? (
            <>
              <Button look="quiet" onClick={() => setChosen(new Set())}>
                {t("space-choose-none")}
              </Button>
              <Button look="danger" icon={Trash2} onClick={() => void free()}>
                {t("space-free", { bytes: bytes(freed(nodes)) })}
              </Button>
            </>
          ) : (
            <Button disabled={everything.length === 0} onClick={() => toggle(everything, true)}>
              {t("space-choose-unused", { bytes: bytes(freed(all)) })}
            </Button>
          )}
        </div>
      </div>
      <div className={styles.split}>
        <TreeMap node={here} place={at} chosen={chosen} onGo={setPlace} onToggle={toggle} />
        <PartsList node={here} place={at} chosen={chosen} onGo={setPlace} onToggle={toggle} />
      </div>
    </div>
  );
}
