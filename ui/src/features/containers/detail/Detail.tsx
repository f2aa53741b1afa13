import { Suspense, useRef } from "react";
import { go } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { Button, Menu, type MenuEntry, Skeleton, type Tab, Tabs } from "@/components";
import { useWidth } from "@/components/table/useWidth";
import { useT } from "@/i18n/i18n";
import { model, useFreshness, useOne } from "@/model";
import styles from "./Detail.module.css";
import { Gone } from "./Gone";
import { Header } from "./Header";
import { TABS, tabsFor } from "./tabs";

export interface DetailProps {
  /** The whole ID. */
  id: string;
  /** From the address; the overview without. Others are reached by `go("/containers/ID/TAB")`. */
  tab: string | undefined;
  onClose: () => void;
}

/** One container. */
export default function Detail({ id, tab, onClose }: DetailProps) {
  const container = useOne(model.containers, id);
  const last = useRef<Container>(undefined);
  if (container) last.current = container;
  const freshness = useFreshness();
  if (container) return <Shown container={container} tab={tab} onClose={onClose} />;
  if (freshness === "loading") return <Skeleton lines={10} />;
  return <Gone id={id} last={last.current} onClose={onClose} />;
}

function Shown({ container, tab, onClose }: Omit<DetailProps, "id"> & { container: Container }) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const open = TABS.find((it) => it.id === tab)?.id ?? "overview";
  const shown = tabsFor(width, open);
  const show = (id: string) => go(`/containers/${container.id}/${id}`, { replace: true });
  const tabs: Tab[] = shown.map((it) => ({
    id: it.id,
    label: t(`detail-tab-${it.id}`),
    icon: width >= 1100 ? it.icon : undefined,
    content: (
      <Suspense fallback={<Skeleton />}>
        <it.component key={container.id} container={container} />
      </Suspense>
    ),
  }));
  const others: MenuEntry[] = TABS.filter((it) => !shown.includes(it)).map((it) => ({
    id: it.id,
    label: t(`detail-tab-${it.id}`),
    icon: it.icon,
    run: () => show(it.id),
  }));
  return (
    <section ref={frame} className={styles.detail} aria-label={container.name}>
      <Header container={container} within={frame} onClose={onClose} />
      <Tabs
        label={t("detail-tabs")}
        tabs={tabs}
        value={open}
        onChange={show}
        tools={
          others.length > 0 && (
            <Menu entries={others}>
              <Button look="quiet">{t("detail-more")}</Button>
            </Menu>
          )
        }
      />
    </section>
  );
}
