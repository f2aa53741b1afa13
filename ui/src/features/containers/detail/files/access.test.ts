import { describe, expect, test } from "vitest";
import { list, parseStat, put, read, rename, resolve } from "./access";
import { TarReader } from "./tar";
import { tarBlob } from "./tar-write";

interface Asked {
  method: string;
  path: string;
  query: Record<string, unknown>;
  body: unknown;
}

function engineOf(answer: (asked: Asked) => Response | Promise<Response>) {
  const asked: Asked[] = [];
  return {
    asked,
    request: async (
      method: string,
      path: string,
      request: { query?: Record<string, unknown>; body?: unknown } = {},
    ) => {
      const it = { method, path, query: request.query ?? {}, body: request.body };
      asked.push(it);
      return answer(it);
    },
  };
}

const encode = (text: string) => new TextEncoder().encode(text);
const owner = { mode: 0o640, uid: 7, gid: 8, mtime: 5 };
const archive = (files: Record<string, string>) =>
  tarBlob(Object.entries(files).map(([name, text]) => ({ name, ...owner, body: encode(text) })));
const header = (fields: object) => ({
  headers: {
    "X-Docker-Container-Path-Stat": btoa(
      JSON.stringify({
        name: "x",
        size: 1,
        mode: 0o644,
        mtime: "2026-01-01T00:00:00Z",
        linkTarget: "",
        ...fields,
      }),
    ),
  },
});

function frame(kind: number, text: string): Uint8Array {
  const body = encode(text);
  const out = new Uint8Array(8 + body.length);
  out[0] = kind;
  new DataView(out.buffer).setUint32(4, body.length);
  out.set(body, 8);
  return out;
}

const shellOf = (code: number, stdout: string, stderr = "") =>
  engineOf(({ path }) => {
    if (path.endsWith("/exec")) return Response.json({ Id: "e" });
    if (path.endsWith("/json")) return Response.json({ ExitCode: code });
    if (path.endsWith("/start")) {
      return new Response(Uint8Array.from([...frame(1, stdout), ...frame(2, stderr)]));
    }
    return new Response(archive({ "etc/a": "1", "etc/sub/b": "2" }));
  });

describe("a folder", () => {
  test("is listed by the container's shell", async () => {
    const engine = shellOf(0, "81a4 0 0 1 2 ./a\n==\n");
    const found = await list(engine, { container: "c", shell: "/bin/sh" }, "/etc");
    expect(found.items.map((it) => it.name)).toEqual(["a"]);
  });

  test("that is missing is said to be", async () => {
    const engine = shellOf(90, "", "cd: no");
    await expect(list(engine, { container: "c", shell: "/bin/sh" }, "/no")).rejects.toMatchObject({
      code: "no_folder",
    });
  });

  test("is read from an archive where the shell has no tools, or there is none", async () => {
    for (const [shell, code] of [
      ["/bin/sh", 91],
      ["/bin/sh", 0],
      [undefined, 0],
    ] as const) {
      const found = await list(shellOf(code, "hello"), { container: "c", shell }, "/etc");
      expect(found.items.map((it) => [it.name, it.kind])).toEqual([
        ["a", "file"],
        ["sub", "folder"],
      ]);
    }
  });

  test("of the root is tried by names when nothing runs", async () => {
    const engine = engineOf(({ query }) => {
      if (query.path === "/etc") return new Response(null, header({ mode: 2 ** 31 + 0o755 }));
      throw new Error("404");
    });
    const found = await list(engine, { container: "c", shell: undefined }, "/");
    expect(found.items.map((it) => [it.name, it.kind])).toEqual([["etc", "folder"]]);
    expect(found.guessed).toBe(true);
    expect(engine.asked.every((it) => it.method === "HEAD")).toBe(true);
  });
});

describe("a file", () => {
  test("comes with mode and owner", async () => {
    const engine = engineOf(() => new Response(archive({ "a.txt": "hello" })));
    const { entry, bytes } = await read(engine, "c", "/a.txt", 100);
    expect(new TextDecoder().decode(bytes)).toBe("hello");
    expect(entry).toMatchObject({ mode: 0o640, uid: 7, gid: 8 });
  });

  test("that is too large is not read", async () => {
    const engine = engineOf(() => new Response(archive({ big: "x".repeat(5000) })));
    const { entry, bytes } = await read(engine, "c", "/big", 100);
    expect([entry.size, bytes.length]).toEqual([5000, 0]);
  });

  test("that ends too early is an error", async () => {
    const engine = engineOf(() => new Response(archive({ a: "x".repeat(2000) }).slice(0, 1000)));
    await expect(read(engine, "c", "/a", 9999)).rejects.toMatchObject({ code: "cut_archive" });
  });

  test("is put with an archive into its folder", async () => {
    const engine = engineOf(() => new Response());
    await put(engine, "c", "/etc", [{ name: "a", ...owner, body: encode("hi") }], { own: true });
    const { query, body } = engine.asked[0] ?? { query: {}, body: undefined };
    expect(query).toMatchObject({ path: "/etc", copyUIDGID: true });
    const names: string[] = [];
    new TarReader({ entry: (entry) => names.push(entry.name) }).push(
      new Uint8Array(await (body as Blob).arrayBuffer()),
    );
    expect(names).toEqual(["a"]);
  });

  test("is renamed by a tool whose complaint is told", async () => {
    await expect(rename(shellOf(1, "", "mv: busy\n"), "c", "/a", "/-b")).rejects.toThrow(
      "mv: busy",
    );
  });
});

describe("links", () => {
  test("are followed, and not for ever", async () => {
    const link = (target: string) =>
      new Response(null, header({ mode: 2 ** 27, linkTarget: target }));
    const good = engineOf(({ query }) =>
      query.path === "/a/l" ? link("../b") : new Response(null, header({ mode: 0o600 })),
    );
    expect(await resolve(good, "c", "/a/l")).toMatchObject({ path: "/b", kind: "file" });
    const loop = engineOf(() => link("/l"));
    await expect(resolve(loop, "c", "/l")).rejects.toMatchObject({ code: "link_loop" });
  });

  test("names in the header may hold any letters", () => {
    const text = new TextEncoder().encode(
      JSON.stringify({ name: "ü", size: 3, mode: 0o644, mtime: "x", linkTarget: "" }),
    );
    expect(parseStat(btoa(String.fromCharCode(...text)))).toMatchObject({ name: "ü", mtime: 0 });
  });
});
