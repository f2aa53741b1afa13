import { describe, expect, it } from "vitest";
import { CallError } from "@/rpc/error";
import { type Engine, launch, nameBefore, type Phase, replace } from "./launch";
import { EMPTY, type RunSpec } from "./spec/spec";

interface Fake {
  id: string;
  name: string;
  running: boolean;
  autoRemove: boolean;
}

/** An engine of a few containers; `breaks` fails the n-th change that matches. */
function engine(there: Fake[], breaks?: RegExp, ends?: number) {
  const containers = new Map(there.map((it) => [it.id, { ...it }]));
  const images = new Set(["nginx"]);
  const calls: string[] = [];
  let made = 0;
  const find = (id: string) => {
    const found = containers.get(id);
    if (!found) throw new CallError("docker_404", "No such container.");
    return found;
  };
  const step = (text: string) => {
    calls.push(text);
    if (breaks?.test(text)) throw new CallError("docker_500", `broken: ${text}`);
  };
  const api: Engine = {
    async post<T>(path: string, _body?: unknown, query?: Record<string, unknown>): Promise<T> {
      step(`POST ${path}${query?.name ? ` ${String(query.name)}` : ""}`);
      const [, , id = "", what] = path.split("/");
      if (id === "create") {
        const name = String(query?.name ?? "");
        if ([...containers.values()].some((it) => it.name === name))
          throw new CallError("docker_409", "Taken.");
        const fresh = { id: `new${++made}`, name, running: false, autoRemove: false };
        containers.set(fresh.id, fresh);
        return { Id: fresh.id } as T;
      }
      const one = find(id);
      if (what === "rename") one.name = String(query?.name);
      if (what === "start") one.running = ends === undefined || !id.startsWith("new");
      if (what === "stop") {
        one.running = false;
        if (one.autoRemove) containers.delete(id);
      }
      return undefined as T;
    },
    async get<T>(path: string): Promise<T> {
      const one = find(path.split("/")[2] ?? "");
      return { State: { Running: one.running, ExitCode: ends ?? 0 } } as T;
    },
    async delete(path) {
      step(`DELETE ${path}`);
      containers.delete(find(path.split("/")[2] ?? "").id);
    },
    async pull(image) {
      step(`pull ${image}`);
      images.add(image);
    },
    has: (image) => images.has(image),
    wait: async () => undefined,
  };
  const left = () =>
    [...containers.values()].map(({ name, running }) => `${name} ${running ? "up" : "down"}`);
  return { api, calls, left };
}

const spec = (change: Partial<RunSpec> = {}): RunSpec => ({
  ...EMPTY,
  image: "nginx",
  name: "web",
  ...change,
});
const quiet = () => undefined;

function replacement(old: Fake, next = spec()) {
  return {
    old: {
      Id: old.id,
      Name: `/${old.name}`,
      Config: {},
      HostConfig: { AutoRemove: old.autoRemove },
      State: { Running: old.running },
    },
    oldSpec: spec(),
    spec: next,
  };
}

describe("a run", () => {
  it("pulls what is missing, makes and starts", async () => {
    const { api, calls, left } = engine([]);
    const phases: Phase[] = [];
    expect(await launch(spec({ image: "redis" }), api, (it) => phases.push(it))).toBe("new1");
    expect(calls[0]).toBe("pull redis");
    expect(phases).toEqual(["pull", "create", "start"]);
    expect(left()).toEqual(["web up"]);
  });

  it("pulls by the chosen rule", async () => {
    const always = engine([]);
    await launch(spec({ pull: "always" }), always.api, quiet);
    expect(always.calls[0]).toBe("pull nginx");
    const never = engine([]);
    await launch(spec({ pull: "never", image: "absent" }), never.api, quiet);
    expect(never.calls[0]).toBe("POST /containers/create web");
  });

  it("leaves nothing behind when it can't be started", async () => {
    const { api, left } = engine([], /start$/);
    await expect(launch(spec(), api, quiet)).rejects.toThrow("broken");
    expect(left()).toEqual([]);
  });
});

describe("a replacement", () => {
  const old = (change: Partial<Fake> = {}): Fake => ({
    id: "0123456789",
    name: "web",
    running: true,
    autoRemove: false,
    ...change,
  });

  it("ends with the new one in place of the old one", async () => {
    const { api, left, calls } = engine([old()]);
    expect(await replace(replacement(old()), api, quiet)).toBe("new1");
    expect(left()).toEqual(["web up"]);
    const stopped = calls.indexOf("POST /containers/0123456789/stop");
    expect(stopped).toBeGreaterThan(calls.indexOf("POST /containers/create web"));
  });

  it("does not start what did not run", async () => {
    const { api, left } = engine([old({ running: false })]);
    await replace(replacement(old({ running: false })), api, quiet);
    expect(left()).toEqual(["web down"]);
  });

  it.each([/pull/, /rename web-before/, /create/, /0123456789\/stop/, /new1\/start/])(
    "puts everything back when %s fails",
    async (broken) => {
      const { api, left } = engine([old()], broken);
      const next = spec({ pull: "always" });
      await expect(replace(replacement(old(), next), api, quiet)).rejects.toThrow("broken");
      expect(left()).toEqual(["web up"]);
    },
  );

  it("puts everything back when the new one ends at once with a failure", async () => {
    const { api, left } = engine([old()], undefined, 1);
    await expect(replace(replacement(old()), api, quiet)).rejects.toThrow(
      "ended at once with code 1",
    );
    expect(left()).toEqual(["web up"]);
  });

  it("takes a new one that ends well", async () => {
    const { api, left } = engine([old()], undefined, 0);
    await replace(replacement(old()), api, quiet);
    expect(left()).toEqual(["web down"]);
  });

  it("makes the old one again if it removed itself", async () => {
    const self = old({ autoRemove: true });
    const { api, left } = engine([self], /new1\/start/);
    await expect(replace(replacement(self), api, quiet)).rejects.toThrow("broken");
    expect(left()).toEqual(["web up"]);
  });

  it("says under which name the old one is if it can't be put back", async () => {
    const { api } = engine([old()], /create|rename web$/);
    const failure = replace(replacement(old()), api, quiet);
    await expect(failure).rejects.toMatchObject({
      hint: expect.stringContaining(nameBefore("web", old().id)),
    });
  });
});
