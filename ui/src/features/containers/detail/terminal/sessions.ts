import { useMemo, useSyncExternalStore } from "react";
import { Session, type Target } from "./session";

/** All sessions of this page, by the container that they belong to. */
class Sessions {
  private readonly lists = new Map<string, readonly Session[]>();
  private readonly listeners = new Set<() => void>();
  private next = 1;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  of(container: string): readonly Session[] {
    return this.lists.get(container) ?? NONE;
  }

  open(container: string, target: Target): Session {
    const session = new Session(this.next++, target, () => this.changed(container));
    this.lists.set(container, [...this.of(container), session]);
    this.changed(container);
    return session;
  }

  close(container: string, session: Session): void {
    session.dispose();
    this.lists.set(
      container,
      this.of(container).filter((it) => it !== session),
    );
    this.changed(container);
  }

  retheme(): void {
    for (const list of this.lists.values()) for (const session of list) session.retheme();
  }

  private changed(container: string): void {
    this.lists.set(container, [...this.of(container)]);
    for (const listener of [...this.listeners]) listener();
  }
}

const NONE: readonly Session[] = [];

export const sessions = new Sessions();

export function useSessions(container: string): readonly Session[] {
  const read = useMemo(() => () => sessions.of(container), [container]);
  return useSyncExternalStore(sessions.subscribe, read);
}

// Terminals draw by themselves: another theme has to be told to them.
new MutationObserver(() => sessions.retheme()).observe(document.documentElement, {
  attributeFilter: ["data-theme", "data-contrast"],
});
