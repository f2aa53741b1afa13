import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { ConfirmHost, NoticeStack, TooltipProvider } from "@/components";
import { useT } from "@/i18n/i18n";
import { features } from "./features";
import { useKeys } from "./keymap";
import type { KeyBinding } from "./keys";
import { back, forward, go, usePath } from "./nav";
import styles from "./Shell.module.css";
import { Sidebar } from "./Sidebar";
import { StatusBar } from "./StatusBar";

const jumps: KeyBinding[] = features.flatMap(({ nav }) =>
  nav?.jump ? [{ keys: `g ${nav.jump}`, label: nav.title, run: () => go(nav.path) }] : [],
);

const global: KeyBinding[] = [
  ...jumps,
  { keys: "alt+ArrowLeft", label: "key-back", run: back },
  { keys: "alt+ArrowRight", label: "key-forward", run: forward },
];

/** The frame around every view. */
export function Shell() {
  const t = useT();
  const path = usePath();
  useKeys("keys-everywhere", global);
  const shown = features.find(({ nav }) => nav && path.startsWith(nav.path));
  useKeys(shown?.nav?.title ?? "keys-everywhere", shown?.keys ?? []);
  return (
    <TooltipProvider>
      <div className={styles.shell}>
        <button type="button" className={styles.skip} onClick={focusMain}>
          {t("app-skip")}
        </button>
        <Sidebar />
        <main id="main" className={styles.main} tabIndex={-1}>
          <Suspense fallback={null}>
            <Outlet />
          </Suspense>
        </main>
        <StatusBar />
      </div>
      <NoticeStack />
      <ConfirmHost />
    </TooltipProvider>
  );
}

function focusMain(): void {
  document.getElementById("main")?.focus();
}
