import type { ApiError } from "@/bindings/ApiError";

/** Words of a program as a sentence: a capital first, a full stop last. */
export function sentence(text: string): string {
  const words = text.trim();
  if (words === "") return "";
  const big = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…:]$/.test(big) ? big : `${big}.`;
}

/** Why something failed, in the same words wherever it failed. */
export class CallError extends Error {
  override readonly name = "CallError";
  constructor(
    /** One of the API's codes, `docker_<status>`, `disconnected` or `cancelled`. */
    readonly code: string,
    /** What failed, one sentence. */
    message: string,
    /** What to do, one sentence. */
    readonly hint?: string,
    /** For the details that fold out. */
    readonly details?: unknown,
  ) {
    super(message);
  }

  static of(error: ApiError): CallError {
    return new CallError(
      error.code,
      sentence(error.message),
      error.hint ? sentence(error.hint) : undefined,
      error.details ?? undefined,
    );
  }

  /** Whatever was thrown, as a {@link CallError}. */
  static from(thrown: unknown): CallError {
    if (thrown instanceof CallError) return thrown;
    if (thrown instanceof DOMException && thrown.name === "AbortError") return cancelled();
    if (thrown instanceof Error) {
      return new CallError("unexpected", thrown.message, undefined, thrown.stack);
    }
    return new CallError("unexpected", String(thrown));
  }
}

/** The user (or a view that closed) gave it up: nothing to report. */
export function cancelled(): CallError {
  return new CallError("cancelled", "It was cancelled.");
}

export function disconnected(): CallError {
  return new CallError(
    "disconnected",
    "The connection to Berth's daemon was lost.",
    "It is tried again by itself; start the daemon with 'berth start' if it does not run.",
  );
}

export function isCancelled(error: unknown): boolean {
  return error instanceof CallError && error.code === "cancelled";
}
