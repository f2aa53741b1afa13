import { describe, expect, test } from "vitest";
import { type TarEntry, TarError, TarReader } from "./tar";
import { record, tarBlob } from "./tar-write";

async function bytesOf(blob: Blob): Promise<Uint8Array> {
  return new Uint8Array(await blob.arrayBuffer());
}

function read(bytes: Uint8Array, step = bytes.length) {
  const entries: TarEntry[] = [];
  const bodies = new Map<string, number[]>();
  const reader = new TarReader({
    entry: (entry) => entries.push(entry),
    body: (entry, part) => {
      const list = bodies.get(entry.name) ?? [];
      list.push(...part);
      bodies.set(entry.name, list);
    },
  });
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  const text = (name: string) => new TextDecoder().decode(Uint8Array.from(bodies.get(name) ?? []));
  return { entries, text, ended: reader.ended };
}

const owner = { uid: 1000, gid: 33, mtime: 1_700_000_000 };
const long = `${"a".repeat(80)}/${"ü".repeat(60)}.txt`;

describe("archives", () => {
  test.each([1, 7, 511, 512, 513, 100_000])("are read in pieces of %d bytes", async (step) => {
    const blob = tarBlob([
      { name: "dir", folder: true, mode: 0o755, ...owner },
      { name: "dir/a.txt", mode: 0o4755, ...owner, body: new TextEncoder().encode("hello") },
      { name: long, mode: 0o600, ...owner, body: new Blob(["x".repeat(1024)]) },
      { name: "empty", mode: 0o644, ...owner },
    ]);
    const { entries, text, ended } = read(await bytesOf(blob), step);
    expect(entries.map(({ name, kind, size, mode }) => [name, kind, size, mode])).toEqual([
      ["dir/", "folder", 0, 0o755],
      ["dir/a.txt", "file", 5, 0o4755],
      [long, "file", 1024, 0o600],
      ["empty", "file", 0, 0o644],
    ]);
    expect(entries[1]).toMatchObject(owner);
    expect(text("dir/a.txt")).toBe("hello");
    expect(text(long)).toHaveLength(1024);
    expect(ended).toBe(true);
  });

  test("numbers too large for octal digits go into records", async () => {
    const blob = tarBlob([{ name: "a", mode: 0o644, uid: 3_000_000, gid: 1, mtime: 0 }]);
    expect(read(await bytesOf(blob)).entries[0]?.uid).toBe(3_000_000);
  });

  test("a record counts its own length", () => {
    for (const size of [1, 80, 86, 87, 88, 89, 90, 980, 986, 987, 990]) {
      const text = record("path", "x".repeat(size));
      expect(Number.parseInt(text, 10)).toBe(text.length);
    }
  });

  test("GNU's long names are read", async () => {
    const name = "n".repeat(150);
    const blob = tarBlob([
      {
        name: "././@LongLink",
        mode: 0,
        uid: 0,
        gid: 0,
        mtime: 0,
        body: new TextEncoder().encode(`${name}\0`),
      },
      { name: "short", mode: 0o644, ...owner, body: new TextEncoder().encode("body") },
    ]);
    const bytes = await bytesOf(blob);
    retag(bytes, "L");
    const { entries, text } = read(bytes);
    expect(entries.map((entry) => entry.name)).toEqual([name]);
    expect(text(name)).toBe("body");
  });

  test("garbage is an error", () => {
    const garbage = new Uint8Array(1024).fill(0x41);
    expect(() => read(garbage)).toThrow(TarError);
  });

  test("a cut archive has no end", async () => {
    const blob = tarBlob([{ name: "a", mode: 0, ...owner, body: new Uint8Array(2000) }]);
    const { entries, ended } = read((await bytesOf(blob)).subarray(0, 1000));
    expect(entries).toHaveLength(1);
    expect(ended).toBe(false);
  });

  test("a name without end is an error", async () => {
    const bytes = await bytesOf(
      tarBlob([{ name: "x", mode: 0, ...owner, body: new Uint8Array(2 << 20) }]),
    );
    retag(bytes, "x");
    expect(() => read(bytes)).toThrow(TarError);
  });
});

/** Gives the first header another kind, with its sum. */
function retag(bytes: Uint8Array, kind: string): void {
  const before = bytes[156] ?? 0;
  bytes[156] = kind.charCodeAt(0);
  const sum = Number.parseInt(new TextDecoder().decode(bytes.subarray(148, 154)), 8);
  const next = (sum - before + kind.charCodeAt(0)).toString(8).padStart(6, "0");
  bytes.set(new TextEncoder().encode(next), 148);
}
