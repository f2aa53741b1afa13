import { usePref } from "@/app/prefs";
import type { MenuEntry } from "@/components";
import { useT } from "@/i18n/i18n";
import type { ExportFormat } from "../store/protocol";
import type { Search } from "./search";
import type { TimeStyle } from "./time";

/** How the user likes lines to look, in every viewer. */
export interface ViewOptions {
  wrap: boolean;
  times: TimeStyle;
  fold: boolean;
  names: boolean;
  whole: boolean;
}

const DEFAULTS: ViewOptions = {
  wrap: false,
  times: "clock",
  fold: true,
  names: true,
  whole: false,
};

export function useViewOptions(): [ViewOptions, (change: Partial<ViewOptions>) => void] {
  const [kept, keep] = usePref<Partial<ViewOptions>>("logs.view", DEFAULTS);
  const options = { ...DEFAULTS, ...kept };
  return [options, (change) => keep({ ...options, ...change })];
}

const TIMES: readonly TimeStyle[] = ["none", "clock", "full"];

export interface OptionsMenu {
  options: ViewOptions;
  set: (change: Partial<ViewOptions>) => void;
  search: Search;
  onSearch: (search: Search) => void;
  several: boolean;
  onExport: (format: ExportFormat) => void;
  onCopy: () => void;
  onClear: () => void;
  more: readonly MenuEntry[];
}

/** The viewer's menu. */
export function useOptionsMenu(menu: OptionsMenu): MenuEntry[] {
  const t = useT();
  const { options, set, search, onSearch } = menu;
  const tick = (id: "wrap" | "fold" | "names" | "whole", keys?: string): MenuEntry => ({
    id,
    label: t(`logs-option-${id}`),
    keys,
    checked: options[id],
    stay: true,
    run: () => set({ [id]: !options[id] }),
  });
  return [
    tick("wrap", "w"),
    tick("fold"),
    ...(menu.several ? [tick("names")] : []),
    {
      id: "times",
      label: t("logs-option-times"),
      entries: TIMES.map((times) => ({
        id: times,
        label: t(`logs-times-${times}`),
        checked: options.times === times,
        run: () => set({ times }),
      })),
    },
    {
      id: "stderr",
      label: t("logs-option-stderr"),
      checked: search.stderrOnly,
      stay: true,
      run: () => onSearch({ ...search, stderrOnly: !search.stderrOnly }),
    },
    tick("whole"),
    "-",
    { id: "copy", label: t("logs-copy"), keys: "c", run: menu.onCopy },
    { id: "text", label: t("logs-export-text"), run: () => menu.onExport("text") },
    { id: "json", label: t("logs-export-json"), run: () => menu.onExport("json") },
    { id: "clear", label: t("logs-clear"), run: menu.onClear },
    ...(menu.more.length > 0 ? (["-", ...menu.more] as MenuEntry[]) : []),
  ];
}
