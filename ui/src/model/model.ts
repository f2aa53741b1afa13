import type { Change } from "@/bindings/Change";
import type { Container } from "@/bindings/Container";
import type { EngineEvent } from "@/bindings/EngineEvent";
import type { Image } from "@/bindings/Image";
import type { Network } from "@/bindings/Network";
import type { Volume } from "@/bindings/Volume";
import type { WatchEvent } from "@/bindings/WatchEvent";
import { Collection } from "./collection";

/** `loading` before the first snapshot, `stale` while the engine can't be asked. */
export type Freshness = "loading" | "live" | "stale";

const KEPT_EVENTS = 500;

/** The copy of what the engine holds, kept by `watch`. One for each page. */
export class Model {
  readonly containers = new Collection<Container>((it) => it.id);
  readonly images = new Collection<Image>((it) => it.id);
  readonly volumes = new Collection<Volume>((it) => it.name);
  readonly networks = new Collection<Network>((it) => it.id);
  private recent: readonly EngineEvent[] = [];
  private state: Freshness = "loading";
  private planned = false;
  private happenedUntold = false;
  private readonly listeners = new Set<() => void>();
  private readonly eventListeners = new Set<(event: EngineEvent) => void>();

  readonly freshness = (): Freshness => this.state;
  /** What happened lately, newest last. */
  readonly events = (): readonly EngineEvent[] => this.recent;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Hears of each event of the engine as it happens. */
  readonly onEngineEvent = (listener: (event: EngineEvent) => void): (() => void) => {
    this.eventListeners.add(listener);
    return () => this.eventListeners.delete(listener);
  };

  /** `soon` runs the telling of listeners; at once unless given. */
  constructor(private readonly soon: (run: () => void) => void = (run) => run()) {}

  apply(event: WatchEvent): void {
    switch (event.kind) {
      case "reset":
        for (const collection of this.all()) collection.beginReset();
        return;
      case "changes":
        for (const change of event.changes) this.change(change);
        this.flushSoon();
        return;
      case "live":
        for (const collection of this.all()) collection.endReset();
        this.become("live");
        return;
      case "stale":
        this.flush();
        this.become("stale");
        return;
    }
  }

  /** The connection is lost: what is here is what was last known. */
  lost(): void {
    if (this.state === "live") this.become("stale");
  }

  /** Many changes of a moment are told of once. */
  private flushSoon(): void {
    if (this.planned) return;
    this.planned = true;
    this.soon(() => {
      this.planned = false;
      this.flush();
    });
  }

  private flush(): void {
    for (const collection of this.all()) collection.flush();
    if (!this.happenedUntold) return;
    this.happenedUntold = false;
    for (const listener of [...this.listeners]) listener();
  }

  private all(): Collection<unknown>[] {
    return [this.containers, this.images, this.volumes, this.networks] as Collection<unknown>[];
  }

  private change(change: Change): void {
    switch (change.what) {
      case "container":
        return this.containers.put(change.value);
      case "container_gone":
        return this.containers.drop(change.value);
      case "image":
        return this.images.put(change.value);
      case "image_gone":
        return this.images.drop(change.value);
      case "volume":
        return this.volumes.put(change.value);
      case "volume_gone":
        return this.volumes.drop(change.value);
      case "network":
        return this.networks.put(change.value);
      case "network_gone":
        return this.networks.drop(change.value);
      case "happened":
        return this.happened(change.value);
    }
  }

  private happened(event: EngineEvent): void {
    this.recent = [...this.recent.slice(1 - KEPT_EVENTS), event];
    for (const listener of this.eventListeners) listener(event);
    this.happenedUntold = true;
  }

  private become(state: Freshness): void {
    if (this.state === state) return;
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
