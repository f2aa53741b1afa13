/** Objects of one kind by their key, with listeners for the list and for single ones. */
export class Collection<T> {
  private readonly byKey = new Map<string, T>();
  private list: readonly T[] = [];
  private stale = false;
  private unseen: Set<string> | undefined;
  private readonly listeners = new Set<() => void>();
  private readonly single = new Map<string, Set<() => void>>();
  private readonly touched = new Set<string>();

  constructor(private readonly keyOf: (item: T) => string) {}

  /** All of them, in the order in which they came; the same array until something changes. */
  readonly snapshot = (): readonly T[] => {
    if (this.stale) {
      this.list = [...this.byKey.values()];
      this.stale = false;
    }
    return this.list;
  };

  readonly get = (key: string): T | undefined => this.byKey.get(key);

  get size(): number {
    return this.byKey.size;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Hears of one object only. */
  subscribeTo(key: string, listener: () => void): () => void {
    const set = this.single.get(key) ?? new Set();
    this.single.set(key, set);
    set.add(listener);
    return () => {
      set.delete(listener);
      if (set.size === 0) this.single.delete(key);
    };
  }

  /** Changes are heard of at the next {@link flush}. */
  put(item: T): void {
    const key = this.keyOf(item);
    this.unseen?.delete(key);
    this.byKey.set(key, item);
    this.touch(key);
  }

  drop(key: string): void {
    if (this.byKey.delete(key)) this.touch(key);
  }

  /** What is not put until {@link endReset} goes then, and stays visible until then. */
  beginReset(): void {
    this.unseen = new Set(this.byKey.keys());
  }

  endReset(): void {
    for (const key of this.unseen ?? []) this.drop(key);
    this.unseen = undefined;
    this.flush();
  }

  flush(): void {
    if (this.touched.size === 0) return;
    const keys = [...this.touched];
    this.touched.clear();
    for (const key of keys) for (const listener of [...(this.single.get(key) ?? [])]) listener();
    for (const listener of [...this.listeners]) listener();
  }

  private touch(key: string): void {
    this.touched.add(key);
    this.stale = true;
  }
}
