import {
  Activity,
  Braces,
  FileDiff,
  Folder,
  HardDrive,
  Info,
  ListTree,
  type LucideIcon,
  ScrollText,
  SquareTerminal,
  Timer,
  Variable,
} from "lucide-react";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Container } from "@/bindings/Container";

/** What every tab gets. */
export interface TabProps {
  container: Container;
}

export interface DetailTab {
  id: string;
  icon: LucideIcon;
  component: LazyExoticComponent<ComponentType<TabProps>>;
  /** In a narrow pane it stands in the menu of the others. */
  later?: boolean;
}

/** The tabs of a container's detail; the address holds their IDs. */
export const TABS: readonly DetailTab[] = [
  { id: "overview", icon: Info, component: lazy(() => import("./tabs/Overview")) },
  { id: "logs", icon: ScrollText, component: lazy(() => import("./tabs/Logs")) },
  { id: "terminal", icon: SquareTerminal, component: lazy(() => import("./terminal/Terminal")) },
  { id: "files", icon: Folder, component: lazy(() => import("./files/Files")) },
  { id: "stats", icon: Activity, component: lazy(() => import("./stats/Stats")) },
  { id: "inspect", icon: Braces, component: lazy(() => import("./tabs/Inspect")) },
  { id: "env", icon: Variable, component: lazy(() => import("./tabs/Environment")), later: true },
  { id: "mounts", icon: HardDrive, component: lazy(() => import("./tabs/Mounts")), later: true },
  {
    id: "processes",
    icon: ListTree,
    component: lazy(() => import("./tabs/Processes")),
    later: true,
  },
  { id: "changes", icon: FileDiff, component: lazy(() => import("./tabs/Changes")), later: true },
  { id: "events", icon: Timer, component: lazy(() => import("./tabs/Events")), later: true },
];

/** The tabs that a pane of some width shows: the first ones, and in any case the open one. */
export function tabsFor(width: number, open: string): readonly DetailTab[] {
  if (width >= 960) return TABS;
  return TABS.filter((tab) => !tab.later || tab.id === open);
}
