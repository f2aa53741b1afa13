/** Which output a piece of a stream without a terminal came by. */
export type Output = "stdout" | "stderr";

// Docker's stream format: one byte of kind, three of nothing, four of length (big endian).
const HEADER = 8;

/** Puts the frames of Docker's multiplexed stream together again. */
export class FrameReader {
  private header = new Uint8Array(HEADER);
  private headed = 0;
  private left = 0;
  private output: Output = "stdout";

  /** Calls `take` with each piece of `chunk`; frames may be cut anywhere. */
  push(chunk: Uint8Array, take: (output: Output, bytes: Uint8Array) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.left === 0) {
        const used = Math.min(HEADER - this.headed, chunk.length - at);
        this.header.set(chunk.subarray(at, at + used), this.headed);
        this.headed += used;
        at += used;
        if (this.headed < HEADER) return;
        this.headed = 0;
        this.output = this.header[0] === 2 ? "stderr" : "stdout";
        this.left = new DataView(this.header.buffer).getUint32(4);
        continue;
      }
      const size = Math.min(this.left, chunk.length - at);
      take(this.output, chunk.subarray(at, at + size));
      this.left -= size;
      at += size;
    }
  }
}
