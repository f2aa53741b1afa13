import { describe, expect, test } from "vitest";
import { leaves, marksIn, tree } from "./changes";
import { isSecret, variables } from "./env";
import { run } from "./exec";
import { FrameReader } from "./frames";
import { choose, findShell, pasteRisk, SHELLS, safeTitle } from "./shell";
import { numeric, rank, sorted } from "./top";

function frame(kind: number, text: string): Uint8Array {
  const body = new TextEncoder().encode(text);
  const out = new Uint8Array(8 + body.length);
  out[0] = kind;
  new DataView(out.buffer).setUint32(4, body.length);
  out.set(body, 8);
  return out;
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

describe("a stream of frames", () => {
  test.each([1, 3, 8, 9, 1000])("is put together from pieces of %d bytes", (step) => {
    const bytes = joined(frame(1, "out"), frame(1, ""), frame(2, "error"), frame(1, " more"));
    const texts = { stdout: "", stderr: "" };
    const reader = new FrameReader();
    for (let at = 0; at < bytes.length; at += step) {
      reader.push(bytes.subarray(at, at + step), (output, part) => {
        texts[output] += new TextDecoder().decode(part);
      });
    }
    expect(texts).toEqual({ stdout: "out more", stderr: "error" });
  });
});

describe("a program in a container", () => {
  const engine = (output: Uint8Array, code: number) => {
    const asked: { path: string; body: unknown }[] = [];
    return {
      asked,
      request: async (_method: string, path: string, request?: { body?: unknown }) => {
        asked.push({ path, body: request?.body });
        if (path.endsWith("/exec")) return Response.json({ Id: "e1" });
        if (path.endsWith("/json")) return Response.json({ ExitCode: code });
        return new Response(output as BodyInit);
      },
    };
  };

  test("gives its outputs and its code", async () => {
    const fake = engine(joined(frame(1, "hi"), frame(2, "oh")), 3);
    const ran = await run(fake, "c1", ["ls", "a b; rm -rf /"]);
    expect(ran).toEqual({ code: 3, stdout: "hi", stderr: "oh", cut: false });
    expect(fake.asked[0]?.body).toMatchObject({ Cmd: ["ls", "a b; rm -rf /"] });
  });

  test("is cut when it writes without end", async () => {
    const fake = engine(frame(1, "x".repeat(5000)), 0);
    expect((await run(fake, "c1", ["yes"], { limit: 1000 })).cut).toBe(true);
  });
});

describe("shells", () => {
  test("the first of the list that is there is taken", () => {
    expect(choose(SHELLS.map((path) => path === "/bin/sh" || path === "/bin/ash"))).toBe(
      "/bin/ash",
    );
    expect(choose([])).toBeUndefined();
  });

  test("are looked for without running anything", async () => {
    const methods = new Set<string>();
    const engine = {
      request: async (method: string, _path: string, request?: { query?: { path?: unknown } }) => {
        methods.add(method);
        if (request?.query?.path === "/bin/sh") return new Response();
        throw new Error("404");
      },
    };
    expect(await findShell(engine as never, "c1")).toBe("/bin/sh");
    expect([...methods]).toEqual(["HEAD"]);
  });

  test("are tried where their file can't be seen, and may be missing", async () => {
    const engine = (code: number) => ({
      request: async (method: string, path: string) => {
        if (method === "HEAD") throw new Error("404");
        if (path.endsWith("/exec")) return Response.json({ Id: "e" });
        return path.endsWith("/json") ? Response.json({ ExitCode: code }) : new Response();
      },
    });
    expect(await findShell(engine(0), "c1")).toBe("/bin/sh");
    expect(await findShell(engine(127), "c1")).toBeUndefined();
  });

  test("several lines and controls are asked about before they are pasted", () => {
    expect(pasteRisk("ls -l")).toBeUndefined();
    expect(pasteRisk("a\tb")).toBeUndefined();
    expect(pasteRisk("ls\nrm x")).toBe("lines");
    expect(pasteRisk("rm -rf x\n")).toBe("lines");
    expect(pasteRisk("a\u001b[201~b")).toBe("controls");
  });

  test("titles hold nothing that can't be seen, and are short", () => {
    expect(safeTitle("a\u202eb\u0007 ")).toBe("ab");
    expect(safeTitle("x".repeat(100))).toHaveLength(40);
  });
});

describe("processes", () => {
  test("cells are compared by what they mean", () => {
    expect([rank("12"), rank("1.5"), rank("1-02:03:04"), rank("00:00:10"), rank("2m")]).toEqual([
      12,
      1.5,
      93_784,
      10,
      2 * 1024 ** 2,
    ]);
    expect(rank("S+")).toBeUndefined();
  });

  test("are sorted by number both ways, and by text where there are none", () => {
    const rows = [
      ["10", "b"],
      ["9", "a"],
      ["?", "c"],
    ];
    const first = (column: number, order: 1 | -1) => sorted(rows, column, order).map((it) => it[0]);
    expect(first(0, 1)).toEqual(["9", "10", "?"]);
    expect(first(0, -1)).toEqual(["10", "9", "?"]);
    expect(first(1, -1)).toEqual(["?", "10", "9"]);
    expect(numeric(rows, 0)).toBe(false);
  });
});

describe("the environment", () => {
  test.each([
    ["DB_PASSWORD", "x", true],
    ["AWS_SECRET_ACCESS_KEY", "x", true],
    ["DATABASE_URL", "postgres://u:pw@db/x", true],
    ["GH", "ghp_abcdef", true],
    ["PATH", "/bin", false],
    ["POSTGRES_PASSWORD_FILE", "/run/secrets/x", false],
    ["KEYBOARD", "us", false],
    ["API_KEY", "", false],
  ])("%s=%s is secret: %s", (name, value, secret) => expect(isSecret(name, value)).toBe(secret));

  test("values may hold equals signs, or be missing", () => {
    expect(variables(["B=1=2", "A"])).toEqual([
      { name: "A", value: "", secret: false },
      { name: "B", value: "1=2", secret: false },
    ]);
    expect(variables(null)).toEqual([]);
  });
});

describe("changed files", () => {
  const list = [
    { Path: "/var", Kind: 0 },
    { Path: "/var/log", Kind: 0 },
    { Path: "/var/log/a", Kind: 1 },
    { Path: "/var-x", Kind: 1 },
    { Path: "/gone", Kind: 2 },
  ];

  test("are a tree that knows what lies below", () => {
    expect(tree(list).map(({ path, depth, below }) => [path, depth, below])).toEqual([
      ["/gone", 0, 0],
      ["/var", 0, 2],
      ["/var/log", 1, 1],
      ["/var/log/a", 2, 0],
      ["/var-x", 0, 0],
    ]);
    expect(leaves(tree(list)).map((node) => node.path)).toEqual(["/gone", "/var/log/a", "/var-x"]);
  });

  test("mark the files of a folder", () => {
    expect([...marksIn(list, "/")]).toEqual([
      ["var", "changed"],
      ["var-x", "added"],
      ["gone", "deleted"],
    ]);
    expect([...marksIn(list, "/var/log")]).toEqual([["a", "added"]]);
    expect(marksIn(null, "/").size).toBe(0);
  });
});
