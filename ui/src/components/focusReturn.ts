import { useRef } from "react";

// Where the focus was, outside of what lies over the page; the newest last.
const trail: HTMLElement[] = [];
const KEPT = 12;

/** Remembers where the focus goes, from now on. */
export function watchFocus(): void {
  window.addEventListener("focusin", (event) => {
    const element = event.target as HTMLElement;
    if (element.closest('[role="menu"],[role="dialog"],[role="alertdialog"]')) return;
    trail.push(element);
    if (trail.length > KEPT) trail.shift();
  });
}

/** The newest place that is still there. */
function lastPlace(): HTMLElement | undefined {
  return trail.findLast((element) => element.isConnected && !element.closest("[inert]"));
}

/** Gives the focus back to `element`, or to the newest place that is still there. */
export function returnFocus(element: HTMLElement | null): void {
  const place = element?.isConnected && !element.closest("[inert]") ? element : lastPlace();
  place?.focus({ preventScroll: true });
}

/**
 * Handlers for a dialog of Radix that has no trigger: the first field (or what
 * has `data-autofocus`) gets the focus, and whoever had it gets it back.
 */
export function useFocusReturn() {
  const before = useRef<HTMLElement | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      event.preventDefault();
      const dialog = event.target as HTMLElement;
      const now = document.activeElement as HTMLElement | null;
      if (now && dialog.contains(now)) return;
      before.current = now;
      const wanted = dialog.querySelector<HTMLElement>("[data-autofocus]");
      const field = wanted ?? dialog.querySelector<HTMLElement>("input, textarea, select");
      (field ?? dialog).focus();
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      returnFocus(before.current);
    },
  };
}
