import { beforeEach, describe, expect, test } from "vitest";
import { NoCredentials } from "@/platform/platform";
import { backoff } from "./backoff";
import { CallError } from "./error";
import { Socket, type World } from "./socket";

class FakeSocket {
  sent: Record<string, unknown>[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  close(code = 1006) {
    this.onclose?.({ code });
  }
  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {}
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  reply(value: unknown) {
    this.onmessage?.({ data: typeof value === "string" ? value : JSON.stringify(value) });
  }
}

let opened: FakeSocket[];
let planned: { ms: number; run: () => void }[];
let token: string;
let admitted: boolean;
let renewable: boolean;

const world: World = {
  get renewable() {
    return renewable;
  },
  credentials: async () => {
    if (token === "") throw new NoCredentials("none");
    return { origin: "http://127.0.0.1:7000", token };
  },
  open: (url, protocols) => {
    const socket = new FakeSocket(url, protocols);
    opened.push(socket);
    return socket as unknown as WebSocket;
  },
  admitted: async () => admitted,
  after: (ms, run) => {
    const plan = { ms, run };
    planned.push(plan);
    return () => {
      planned = planned.filter((it) => it !== plan);
    };
  },
};

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const last = () => opened.at(-1) as FakeSocket;

async function connected(): Promise<Socket> {
  const socket = new Socket(world);
  socket.connect();
  await settled();
  last().onopen?.();
  return socket;
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "none";
  } catch (error) {
    return CallError.from(error).code;
  }
}

beforeEach(() => {
  opened = [];
  planned = [];
  token = "secret";
  admitted = true;
  renewable = false;
});

describe("a call", () => {
  test("is sent with its number and ends with its result", async () => {
    const socket = await connected();
    const answer = socket.call("task_cancel", { id: 4 });
    expect(last().sent).toEqual([{ id: 1, method: "task_cancel", params: { id: 4 } }]);
    last().reply({ id: 1, result: null });
    expect(await answer).toBeNull();
  });

  test("without params sends none", async () => {
    const socket = await connected();
    void socket.call("status").catch(() => undefined);
    expect(last().sent).toEqual([{ id: 1, method: "status" }]);
  });

  test("fails with code, message and hint of the daemon", async () => {
    const socket = await connected();
    const answer = socket.call("status");
    const error = { code: "not_running", message: "It sleeps.", hint: "Wake it." };
    last().reply({ id: 1, error });
    await expect(answer).rejects.toMatchObject(error);
  });

  test("that is aborted tells the other side, and fails as cancelled", async () => {
    const socket = await connected();
    const abort = new AbortController();
    const answer = socket.call("space", undefined, { signal: abort.signal });
    abort.abort();
    expect(await codeOf(answer)).toBe("cancelled");
    expect(last().sent[1]).toEqual({ cancel: 1 });
    last().reply({ id: 1, result: {} });
  });

  test("fails at once when there is no connection, and when it is lost", async () => {
    const socket = new Socket(world);
    expect(await codeOf(socket.call("status"))).toBe("disconnected");
    const open = await connected();
    const answer = open.call("status");
    last().close();
    expect(await codeOf(answer)).toBe("disconnected");
  });

  test("is not disturbed by garbage or by answers to nobody", async () => {
    const socket = await connected();
    const answer = socket.call("status");
    for (const noise of ["{", '"text"', { id: null, error: {} }, { id: 9, result: 1 }]) {
      last().reply(noise);
    }
    last().reply({ id: 1, result: { daemon: 1 } });
    expect(await answer).toEqual({ daemon: 1 });
  });
});

describe("a stream", () => {
  test("hands over events until its result", async () => {
    const socket = await connected();
    const seen: unknown[] = [];
    const end = socket.stream("logs", { lines: 3 }, { onEvent: (line) => seen.push(line) });
    last().reply({ id: 1, event: { line: "a" } });
    last().reply({ id: 1, event: { line: "b" } });
    last().reply({ id: 1, result: null });
    await end;
    expect(seen).toEqual([{ line: "a" }, { line: "b" }]);
  });

  test("that was subscribed to begins again after a reconnection", async () => {
    const socket = await connected();
    const seen: unknown[] = [];
    const stop = socket.subscribe("watch", undefined, (event) => seen.push(event.kind));
    last().reply({ id: 1, event: { kind: "live" } });
    last().close();
    await settled();
    planned[0]?.run();
    await settled();
    last().onopen?.();
    expect(opened).toHaveLength(2);
    expect(last().sent).toEqual([{ id: 2, method: "watch" }]);
    last().reply({ id: 2, event: { kind: "reset" } });
    expect(seen).toEqual(["live", "reset"]);
    stop();
    expect(last().sent[1]).toEqual({ cancel: 2 });
  });

  test("that is refused says why, once", async () => {
    const socket = await connected();
    const codes: string[] = [];
    socket.subscribe(
      "meters",
      undefined,
      () => undefined,
      (error) => codes.push(error.code),
    );
    last().reply({ id: 1, error: { code: "busy", message: "Too many." } });
    await settled();
    expect(codes).toEqual(["busy"]);
  });
});

describe("the connection", () => {
  test("carries the token in its protocols, not in its address", async () => {
    await connected();
    expect(last().url).toBe("ws://127.0.0.1:7000/api/ws");
    expect(last().protocols).toEqual(["berth.v1", "berth.token.secret"]);
  });

  test("is tried again later and later, and at once after it was open", async () => {
    const socket = new Socket(world);
    socket.connect();
    for (const at of [0, 1, 2]) {
      await settled();
      last().close();
      await settled();
      expect(socket.connection()).toBe("lost");
      expect(planned[0]?.ms).toBeGreaterThanOrEqual(250 * 2 ** at);
      const plan = planned.shift();
      plan?.run();
    }
    await settled();
    last().onopen?.();
    expect(socket.connection()).toBe("open");
    last().reply({ id: null, result: null });
    last().close();
    await settled();
    expect(planned[0]?.ms).toBeLessThan(400);
  });

  test("asks for new credentials each time: a daemon that began anew has another token", async () => {
    await connected();
    token = "newer";
    last().close();
    await settled();
    planned[0]?.run();
    await settled();
    expect(last().protocols[1]).toBe("berth.token.newer");
  });

  test("is refused when the token lets nobody in, and tried no more", async () => {
    admitted = false;
    const socket = new Socket(world);
    socket.connect();
    await settled();
    last().close();
    await settled();
    expect(socket.connection()).toBe("refused");
    expect(planned).toHaveLength(0);
    admitted = true;
    socket.connect();
    await settled();
    last().onopen?.();
    expect(socket.connection()).toBe("open");
  });

  test("that opens only to say no is refused too, unless there is another token", async () => {
    const socket = await connected();
    last().close(4401);
    await settled();
    expect(socket.connection()).toBe("refused");
    renewable = true;
    const other = await connected();
    for (const at of [0, 1, 2]) {
      last().close(4401);
      await settled();
      expect(other.connection()).toBe("lost");
      expect(planned[0]?.ms).toBeGreaterThanOrEqual(250 * 2 ** at);
      planned.shift()?.run();
      await settled();
      last().onopen?.();
    }
  });

  test("is refused when there is no token at all", async () => {
    token = "";
    const socket = new Socket(world);
    socket.connect();
    await settled();
    expect(socket.connection()).toBe("refused");
    expect(opened).toHaveLength(0);
  });
});

test("the back-off doubles up to eight seconds", () => {
  expect([0, 1, 2, 5, 30].map((n) => backoff(n, 0))).toEqual([250, 500, 1000, 8000, 8000]);
  expect(backoff(30, 1)).toBe(10_000);
});
