/** Growing numbers that leave at the front; a position never changes its number. */
export class IdList {
  private data = new Float64Array(1024);
  private head = 0;
  private tail = 0;
  /** Position of the first one that is still here. */
  first = 0;

  /** One more than the last position. */
  get end(): number {
    return this.first + this.tail - this.head;
  }

  push(id: number): void {
    if (this.tail === this.data.length) this.grow();
    this.data[this.tail++] = id;
  }

  at(position: number): number | undefined {
    if (position < this.first || position >= this.end) return undefined;
    return this.data[this.head + position - this.first];
  }

  /** Lets go of all that are smaller. */
  dropBelow(id: number): void {
    while (this.head < this.tail && (this.data[this.head] ?? 0) < id) {
      this.head++;
      this.first++;
    }
  }

  /** Position of the first one that is not smaller than `id`. */
  seek(id: number): number {
    let low = this.head;
    let high = this.tail;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.data[middle] ?? 0) < id) low = middle + 1;
      else high = middle;
    }
    return this.first + low - this.head;
  }

  private grow(): void {
    const used = this.tail - this.head;
    const next = used * 2 > this.data.length ? new Float64Array(this.data.length * 2) : this.data;
    next.set(this.data.subarray(this.head, this.tail));
    this.data = next;
    this.head = 0;
    this.tail = used;
  }
}
