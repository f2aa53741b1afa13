/** Milliseconds before attempt `n` (from 0): 0.25 s doubling to 8 s, with up to a quarter of chance. */
export function backoff(n: number, chance: number = Math.random()): number {
  const base = Math.min(250 * 2 ** n, 8000);
  return Math.round(base * (1 + chance / 4));
}
