import { afterEach, describe, expect, test, vi } from "vitest";
import { DockerClient, dockerError, queryString } from "./docker";
import { jsonLines } from "./lines";

const client = new DockerClient(async () => ({ origin: "http://127.0.0.1:7000", token: "secret" }));

function answers(body: BodyInit | null, init?: ResponseInit) {
  const fake = vi.fn(async (_url: string, _init: RequestInit) => new Response(body, init));
  vi.stubGlobal("fetch", fake);
  return fake;
}

afterEach(() => vi.unstubAllGlobals());

describe("a request", () => {
  test("carries the token, the query and a JSON body", async () => {
    const fake = answers('{"Id":"4f"}');
    const body = { Image: "nginx" };
    const made = await client.post<{ Id: string }>("/containers/create", body, { name: "a b" });
    expect(made.Id).toBe("4f");
    const [url, init] = fake.mock.calls[0] ?? [];
    expect(url).toBe("http://127.0.0.1:7000/docker/containers/create?name=a+b");
    expect(init?.headers).toMatchObject({ Authorization: "Bearer secret" });
    expect(init?.body).toBe('{"Image":"nginx"}');
  });

  test("sends bytes as they are", async () => {
    const fake = answers("");
    const bytes = new Uint8Array([1, 2]);
    await client.request("PUT", "/containers/4f/archive", { body: bytes });
    expect(fake.mock.calls[0]?.[1].body).toBe(bytes);
    expect(fake.mock.calls[0]?.[1].headers).not.toHaveProperty("Content-Type");
  });

  test("that changed nothing is no failure", async () => {
    answers(null, { status: 304 });
    await expect(client.post("/containers/4f/start")).resolves.toBeUndefined();
  });

  test("fails in the engine's words", async () => {
    answers('{"message":"no such container: web"}', { status: 404 });
    await expect(client.get("/containers/web/json")).rejects.toMatchObject({
      code: "docker_404",
      message: "No such container: web.",
      hint: "It may have been removed meanwhile.",
    });
  });

  test("that reaches nobody is a lost connection", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(client.get("/_ping")).rejects.toMatchObject({ code: "disconnected" });
  });
});

test("an error that is no JSON is shown as it is", () => {
  expect(dockerError(502, "bad gateway\n", "GET /").message).toBe("Bad gateway.");
  expect(dockerError(500, "", "GET /").message).toBe("The engine answered 500.");
});

test("filters become JSON and what is absent is left out", () => {
  const query = { all: true, limit: null, name: undefined, filters: { label: ["a=b"] } };
  expect(queryString(query)).toBe("?all=true&filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D");
  expect(queryString(undefined)).toBe("");
});

test("objects that chunks cut are put together", async () => {
  const bytes = new TextEncoder().encode('{"a":"ü"}\n{"a":2}\n\n{"a":3}');
  // The two bytes of the ü are in different chunks.
  const chunks = [bytes.slice(0, 7), bytes.slice(7, 12), bytes.slice(12)];
  const reader = {
    read: async () => {
      const value = chunks.shift();
      return { done: value === undefined, value };
    },
    cancel: async () => undefined,
  };
  const seen: unknown[] = [];
  for await (const item of jsonLines(reader)) seen.push(item);
  expect(seen).toEqual([{ a: "ü" }, { a: 2 }, { a: 3 }]);
});
