import { describe, expect, test } from "vitest";
import { LogStore, type Thread } from "./client";
import { type FromWorker, NO_STATE, type ToWorker } from "./protocol";

function pair() {
  const sent: ToWorker[] = [];
  const worker: Thread = {
    onmessage: null,
    postMessage: (message) => void sent.push(message),
    terminate: () => {},
  };
  const store = new LogStore(worker);
  const answer = (data: FromWorker) => worker.onmessage?.({ data } as MessageEvent<FromWorker>);
  return { store, sent, answer };
}

const line = { container: "a", time_ms: 0, stderr: false, text: "x", cut: 0 };

describe("the page's side of the log thread", () => {
  test("gives each answer to whom it is for", async () => {
    const { store, answer } = pair();
    const first = store.step(0, 1);
    const second = store.step(5, -1);
    answer({ kind: "position", ask: 2, revision: 0, position: 4 });
    answer({ kind: "position", ask: 1, revision: 0, position: 1 });
    expect([await first, await second]).toEqual([1, 4]);
  });

  test("is settled when the state tells of all that was sent", () => {
    const { store, answer } = pair();
    expect(store.settled()).toBe(true);
    store.append([line]);
    expect(store.settled()).toBe(false);
    answer({ kind: "state", state: { ...NO_STATE, received: 1, progress: 0.5 } });
    expect(store.settled()).toBe(false);
    answer({ kind: "state", state: { ...NO_STATE, received: 1 } });
    expect(store.settled()).toBe(true);
  });

  test("sends nothing for no lines", () => {
    const { store, sent } = pair();
    store.append([]);
    expect(sent).toEqual([]);
  });
});
