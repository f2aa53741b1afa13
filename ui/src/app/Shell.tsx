import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { Boundary, ConfirmHost, NoticeStack, TooltipHost } from "@/components";
import { useT } from "@/i18n/i18n";
import { useConnection, useFreshness } from "@/model";
import { zoomIn, zoomOut, zoomReset } from "./commands";
import { EngineBanner, Refused } from "./EngineBanner";
import { features } from "./features";
import { KeyHelp } from "./KeyHelp";
import { useKeys } from "./keymap";
import type { KeyBinding } from "./keys";
import { back, forward, go, usePath } from "./nav";
import { setOverlay, showKeys, showPalette, useOverlay } from "./overlays";
import { Palette } from "./Palette";
import styles from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { StatusBar } from "./StatusBar";
import { TaskOutput } from "./TaskOutput";

const jumps: KeyBinding[] = features.flatMap(({ nav }) =>
  nav?.jump ? [{ keys: `g ${nav.jump}`, label: nav.title, run: () => go(nav.path) }] : [],
);

const global: KeyBinding[] = [
  { keys: "mod+k", label: "key-palette", run: showPalette, inText: true },
  { keys: "?", label: "key-help", run: showKeys },
  ...jumps,
  { keys: "alt+ArrowLeft", label: "key-back", run: back },
  { keys: "alt+ArrowRight", label: "key-forward", run: forward },
  { keys: "mod++ | mod+=", label: "key-zoom-in", run: zoomIn, inText: true },
  { keys: "mod+-", label: "key-zoom-out", run: zoomOut, inText: true },
  { keys: "mod+0", label: "key-zoom-reset", run: zoomReset, inText: true },
];

/** The frame around every view. */
export function Shell() {
  const t = useT();
  const path = usePath();
  const connection = useConnection();
  const freshness = useFreshness();
  useKeys("keys-everywhere", global);
  const shown = features.find(({ nav }) => nav && path.startsWith(nav.path));
  useKeys(shown?.nav?.title ?? "keys-everywhere", shown?.keys ?? []);
  return (
    <>
      <div className={styles.shell}>
        <button type="button" className={styles.skip} onClick={focusMain}>
          {t("app-skip")}
        </button>
        <Sidebar />
        <main
          id="main"
          className={styles.main}
          tabIndex={-1}
          data-stale={freshness === "stale" || undefined}
        >
          {connection === "refused" ? (
            <Refused />
          ) : (
            <>
              <EngineBanner />
              <div className={styles.view}>
                <Boundary on={path}>
                  <Suspense fallback={null}>
                    <Outlet />
                  </Suspense>
                </Boundary>
              </div>
            </>
          )}
        </main>
        <StatusBar />
      </div>
      <NoticeStack />
      <Overlays />
      <ConfirmHost />
      <TooltipHost />
    </>
  );
}

function Overlays() {
  const open = useOverlay();
  const close = () => setOverlay(null);
  if (open?.kind === "keys") return <KeyHelp groups={open.groups} onClose={close} />;
  if (open?.kind === "output") return <TaskOutput id={open.task} onClose={close} />;
  // Loaded with the rest: what is typed while it came would act on the list below.
  return open?.kind === "palette" ? <Palette onClose={close} /> : null;
}

function focusMain(): void {
  document.getElementById("main")?.focus();
}
