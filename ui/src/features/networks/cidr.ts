/** Address ranges, as far as a form has to judge them. IPv4 and IPv6. */
export interface Range {
  version: 4 | 6;
  base: bigint;
  bits: number;
}

/** Reads an address; undefined if it is none. */
export function parseAddress(text: string): { version: 4 | 6; value: bigint } | undefined {
  return text.includes(":") ? parse6(text) : parse4(text);
}

function parse4(text: string): { version: 4; value: bigint } | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0n;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256n + BigInt(part);
  }
  return { version: 4, value };
}

function parse6(text: string): { version: 6; value: bigint } | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined) => (half ? half.split(":") : []);
  const [head, tail] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  let value = 0n;
  for (const group of [...head, ...Array<string>(missing).fill("0"), ...tail]) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    value = value * 65536n + BigInt(`0x${group}`);
  }
  return { version: 6, value };
}

/** Reads `172.20.0.0/16`. */
export function parseRange(text: string): Range | undefined {
  const [address = "", bits = "", ...more] = text.trim().split("/");
  const found = parseAddress(address);
  if (!found || more.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const width = found.version === 4 ? 32 : 128;
  if (Number(bits) > width) return undefined;
  return { version: found.version, base: found.value, bits: Number(bits) };
}

function shift(range: Range): bigint {
  return BigInt((range.version === 4 ? 32 : 128) - range.bits);
}

/** The same range with nothing set behind its prefix, as text. */
export function network(range: Range): string {
  const base = (range.base >> shift(range)) << shift(range);
  return `${writeAddress(range.version, base)}/${range.bits}`;
}

function writeAddress(version: 4 | 6, value: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((by) => (value >> by) & 255n).join(".");
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((value >> BigInt(112 - 16 * index)) & 65535n).toString(16),
  );
  return groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::");
}

export function contains(range: Range, address: string): boolean {
  const found = parseAddress(address);
  if (found?.version !== range.version) return false;
  return found.value >> shift(range) === range.base >> shift(range);
}

export function overlap(a: Range, b: Range): boolean {
  if (a.version !== b.version) return false;
  const wider = a.bits < b.bits ? a : b;
  return a.base >> shift(wider) === b.base >> shift(wider);
}
