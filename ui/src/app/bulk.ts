import { t } from "@/i18n/i18n";
import { CallError, isCancelled } from "@/rpc/error";
import { notice } from "./notices";

export interface Outcome<T> {
  done: T[];
  failed: { item: T; error: CallError }[];
}

/** How many run at a time. */
const WIDTH = 6;

/** Does something to each; a failure leaves the others alone. Order of the outcome as given. */
export async function each<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
): Promise<Outcome<T>> {
  const errors = new Map<T, CallError>();
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) {
      try {
        await act(item);
      } catch (thrown) {
        errors.set(item, CallError.from(thrown));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, worker));
  const failed = items.flatMap((item) => {
    const error = errors.get(item);
    return error ? [{ item, error }] : [];
  });
  return { done: items.filter((item) => !errors.has(item)), failed };
}

export interface Told<T> {
  nameOf: (item: T) => string;
  /** "web was stopped." / "3 containers were stopped." Nothing is said without. */
  done?: (names: readonly string[]) => string;
  /** "web could not be stopped." / "2 of 3 could not be stopped." */
  failed: (names: readonly string[], of: number) => string;
  /** Takes it back, for those it was done to. */
  undo?: (items: readonly T[]) => void;
}

/** As {@link each}, and tells how it went: which failed and why, and an undo for the others. */
export async function eachTold<T>(
  items: readonly T[],
  act: (item: T) => Promise<unknown>,
  told: Told<T>,
): Promise<Outcome<T>> {
  const outcome = await each(items, act);
  const { done } = outcome;
  const failed = outcome.failed.filter(({ error }) => !isCancelled(error));
  if (done.length > 0 && told.done) {
    const { undo } = told;
    const action = undo && { label: t("undo"), run: () => undo(done) };
    notice("done", told.done(done.map(told.nameOf)), { action });
  }
  const [first] = failed;
  if (first) {
    const text = told.failed(
      failed.map(({ item }) => told.nameOf(item)),
      items.length,
    );
    const lines = failed.map(({ item, error }) => `${told.nameOf(item)}: ${error.message}`);
    notice(
      "failed",
      text,
      failed.length === 1 ? { error: first.error } : { lines, error: first.error },
    );
  }
  return outcome;
}
