import type { Event } from "@/bindings/Event";
import type { Status } from "@/bindings/Status";

/** The state of machine and engine, kept by `events`; asked again when those don't tell all. */
export class StatusStore {
  private status: Status | undefined;
  private readonly listeners = new Set<() => void>();

  readonly snapshot = (): Status | undefined => this.status;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set(status: Status): void {
    this.status = status;
    for (const listener of [...this.listeners]) listener();
  }

  /** Applies an event. True if the status should be asked for again. */
  apply(event: Event): boolean {
    if (!this.status) return true;
    switch (event.event) {
      case "engine":
        this.set({ ...this.status, engine: event.engine });
        return true;
      case "vm": {
        const {
          stage: _stage,
          cause: _cause,
          next_step: _next,
          ...rest
        } = this.status.vm as Record<string, unknown>;
        this.set({ ...this.status, vm: { ...rest, ...event.vm } as Status["vm"] });
        return event.vm.state !== "starting";
      }
      case "stage":
        return false;
      default:
        return true;
    }
  }
}
