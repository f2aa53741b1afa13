import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { cx, IconButton, Kbd, Tooltip } from "@/components";
import { useT } from "@/i18n/i18n";
import type { NavItem } from "./feature";
import { features } from "./features";
import { Mark } from "./Mark";
import { Link, usePath } from "./nav";
import { usePref } from "./prefs";
import styles from "./Sidebar.module.css";
import { useRoom } from "./useMedia";

const items = features.flatMap(({ nav }) => (nav && nav.section !== "hidden" ? [nav] : []));
const noCount = () => undefined;

/** The views, with how many objects each has. */
export function Sidebar() {
  const t = useT();
  const [folded, setFolded] = usePref("sidebar.folded", false);
  const cramped = !useRoom(700);
  const narrow = folded || cramped;
  const toggle = t(narrow ? "app-sidebar-expand" : "app-sidebar-collapse");
  return (
    <nav className={cx(styles.sidebar, narrow && styles.narrow)} aria-label={t("app-sidebar")}>
      <div className={styles.head}>
        <Mark />
        {!narrow && <span className={styles.name}>{t("app-name")}</span>}
        {!cramped && (
          <IconButton
            small
            className={styles.fold}
            icon={narrow ? PanelLeftOpen : PanelLeftClose}
            label={toggle}
            onClick={() => setFolded(!folded)}
          />
        )}
      </div>
      <ul className={styles.list}>
        {items.map((item) => (
          <li key={item.path} className={cx(item.section === "end" && styles.end)}>
            <Entry item={item} narrow={narrow} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Entry({ item, narrow }: { item: NavItem; narrow: boolean }) {
  const t = useT();
  const path = usePath();
  const count = (item.useCount ?? noCount)();
  const here = path === item.path || path.startsWith(`${item.path}/`);
  const title = t(item.title);
  const link = (
    <Link
      to={item.path}
      className={cx(styles.entry, here && styles.here)}
      aria-current={here ? "page" : undefined}
      aria-label={narrow ? title : undefined}
    >
      <item.icon size={16} strokeWidth={1.5} aria-hidden />
      {!narrow && <span className={styles.title}>{title}</span>}
      {!narrow && item.jump && (
        <span className={styles.jump}>
          <Kbd keys={`g ${item.jump}`} />
        </span>
      )}
      {!narrow && count !== undefined && <span className={styles.count}>{count}</span>}
    </Link>
  );
  if (!narrow) return link;
  return (
    <Tooltip text={title} keys={item.jump && `g ${item.jump}`} side="right">
      {link}
    </Tooltip>
  );
}
