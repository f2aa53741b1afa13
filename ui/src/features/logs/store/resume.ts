import type { LogRecord } from "@/bindings/LogRecord";

interface Place {
  time: number;
  /** Texts of that very millisecond, each with how often it came. */
  texts: Map<string, number>;
}

/** Where each container's log was read to, so that a new connection brings nothing twice. */
export class Resume {
  private places = new Map<string, Place>();
  private again = new Map<string, Place>();

  /** From when to ask again; nothing before anything came. */
  since(): number | null {
    let oldest: number | null = null;
    for (const { time } of this.places.values()) oldest = Math.min(oldest ?? time, time);
    return oldest;
  }

  /** The connection is a new one: what it repeats is to be dropped. */
  begin(): void {
    this.again = new Map(
      [...this.places].map(([id, { time, texts }]) => [id, { time, texts: new Map(texts) }]),
    );
  }

  /** The records that did not come before. */
  fresh(records: readonly LogRecord[]): LogRecord[] {
    return records.filter((record) => {
      if (this.repeats(record)) return false;
      this.note(record);
      return true;
    });
  }

  private repeats({ container, time_ms, text }: LogRecord): boolean {
    const place = this.again.get(container);
    if (!place || time_ms > place.time) return false;
    if (time_ms < place.time) return true;
    const left = place.texts.get(text) ?? 0;
    if (left > 0) place.texts.set(text, left - 1);
    return left > 0;
  }

  private note({ container, time_ms, text }: LogRecord): void {
    const place = this.places.get(container);
    if (place && time_ms < place.time) return;
    if (!place || time_ms > place.time) {
      this.places.set(container, { time: time_ms, texts: new Map([[text, 1]]) });
    } else place.texts.set(text, (place.texts.get(text) ?? 0) + 1);
  }
}
