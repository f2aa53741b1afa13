import { describe, expect, test } from "vitest";
import type { LogBatch } from "@/bindings/LogBatch";
import type { LogQuery } from "@/bindings/LogQuery";
import { CallError, disconnected } from "@/rpc/error";
import type { Connection } from "@/rpc/socket";
import { LogFeed } from "./feed";
import { bounds, fromParams, NO_SEARCH, rangeOf, toParams } from "./search";
import { around } from "./whole";

function world(there?: (id: string) => boolean) {
  const calls: {
    query: LogQuery;
    send: (batch: LogBatch) => void;
    end: () => void;
    fail: (error: CallError) => void;
  }[] = [];
  const listeners = new Set<() => void>();
  let connection: Connection = "open";
  const socket = {
    connection: () => connection,
    onState: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stream: (_method: string, query: LogQuery, options: { onEvent: (batch: LogBatch) => void }) =>
      new Promise<null>((resolve, reject) => {
        calls.push({ query, send: options.onEvent, end: () => resolve(null), fail: reject });
      }),
  };
  const become = (next: Connection) => {
    connection = next;
    for (const listener of [...listeners]) listener();
  };
  const texts: string[] = [];
  const sink = {
    append: (lines: readonly { text: string }[]) => void texts.push(...lines.map((it) => it.text)),
  };
  const query: LogQuery = {
    containers: ["a"],
    tail: 10,
    since_ms: null,
    until_ms: null,
    pattern: null,
    follow: true,
  };
  const feed = new LogFeed(socket as never, sink, query, there);
  return { feed, calls, become, texts, listeners };
}

const batch = (time_ms: number, text: string, caught_up = true): LogBatch => ({
  lines: [{ container: "a", time_ms, text, stderr: false, cut: 0 }],
  caught_up,
});

describe("a feed", () => {
  test("goes on where it was after a lost connection", async () => {
    const { feed, calls, become, texts } = world();
    feed.start();
    calls[0]?.send(batch(5, "one"));
    expect(feed.state().phase).toBe("live");
    calls[0]?.fail(disconnected());
    become("lost");
    await Promise.resolve();
    expect(feed.state().phase).toBe("lost");
    become("open");
    expect(calls[1]?.query).toMatchObject({ since_ms: 5, tail: null });
    calls[1]?.send(batch(5, "one"));
    calls[1]?.send(batch(6, "two"));
    expect(texts).toEqual(["one", "two"]);
  });

  test("keeps lines back while it is paused", () => {
    const { feed, calls, texts } = world();
    feed.start();
    feed.pause(true);
    calls[0]?.send(batch(1, "x"));
    expect([texts.length, feed.state().waiting]).toEqual([0, 1]);
    feed.pause(false);
    expect([texts, feed.state().waiting]).toEqual([["x"], 0]);
  });

  test("takes in containers that were started meanwhile, once each", () => {
    const { feed, calls } = world();
    feed.start();
    feed.join(["a", "b"]);
    feed.join(["b"]);
    expect(calls.map((call) => call.query.containers)).toEqual([["a"], ["b"]]);
  });

  test("does not ask again for what is gone meanwhile", async () => {
    const there = new Set(["a", "b"]);
    const { feed, calls, become } = world((id) => there.has(id));
    feed.start();
    feed.join(["b"]);
    there.delete("a");
    become("lost");
    become("open");
    expect(calls.at(-1)?.query.containers).toEqual(["b"]);
    there.delete("b");
    become("lost");
    become("open");
    expect([calls.length, feed.state().phase]).toEqual([3, "ended"]);
  });

  test("says why it was refused", async () => {
    const { feed, calls } = world();
    feed.start();
    calls[0]?.fail(new CallError("bad", "No."));
    await new Promise((resolve) => setTimeout(resolve));
    expect(feed.state()).toMatchObject({ phase: "failed", error: { code: "bad" } });
  });

  test("hears nothing more once it is stopped", () => {
    const { feed, calls, become, listeners } = world();
    feed.start();
    feed.stop();
    become("open");
    expect([calls.length, listeners.size]).toEqual([1, 0]);
  });
});

test("a millisecond is asked for as the engine takes it", () => {
  expect(around(1_700_000_000_005)).toEqual({ since: "1700000000.005", until: "1700000000.006" });
  expect(around(1_700_000_000_999).until).toBe("1700000001.000");
});

describe("a search", () => {
  test("is the same after it was an address", () => {
    const search = { ...NO_SEARCH, text: "a b=c", regex: true, only: false, range: rangeOf("15m") };
    expect(fromParams(toParams(search))).toEqual(search);
    expect(toParams(NO_SEARCH)).toEqual({});
    const between = { ...NO_SEARCH, range: rangeOf("100..200") };
    expect(fromParams(toParams(between))).toEqual(between);
  });

  test("a range of nonsense is everything", () => {
    for (const text of ["x", "..", "constructor", "1e9..2"]) {
      expect(rangeOf(text)).toEqual({ kind: "all" });
    }
  });

  test("a range has bounds at a moment", () => {
    expect(bounds(rangeOf("5m"), 1_000_000)).toEqual({ since: 700_000, until: null });
    expect(bounds(rangeOf("5.."), 9)).toEqual({ since: 5, until: null });
  });
});
