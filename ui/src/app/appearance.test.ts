import { expect, test } from "vitest";
import { preferredLocale } from "@/i18n/i18n";
import { takeToken } from "@/platform/browser";
import { zoomStep } from "./appearance";
import { engineMood } from "./engine";
import { endedSince, plain } from "./taskText";

test("zoom goes from step to step and stays at the ends", () => {
  expect(zoomStep(100, 1)).toBe(110);
  expect(zoomStep(100, -1)).toBe(90);
  expect(zoomStep(103, -1)).toBe(100);
  expect(zoomStep(200, 1)).toBe(200);
  expect(zoomStep(75, -1)).toBe(75);
});

test("the language is the first that we speak", () => {
  expect(preferredLocale(["fr-FR", "de-AT", "en"])).toBe("de");
  expect(preferredLocale(["zh-Hant-TW"])).toBe("zh");
  expect(preferredLocale(["fr"])).toBe("en");
});

test("the token leaves the address and is kept for the tab", () => {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  } as unknown as Storage;
  const addresses: unknown[] = [];
  const history = {
    state: null,
    replaceState: (_state: unknown, _title: string, to: string) => addresses.push(to),
  } as unknown as History;
  const at = (hash: string) => ({ hash, pathname: "/", search: "" }) as Location;
  expect(takeToken(at("#token=abc"), history, store)).toBe("abc");
  expect(addresses).toEqual(["/#/"]);
  expect(takeToken(at("#/images"), history, store)).toBe("abc");
});

test("the engine's mood says the worst that is known", () => {
  const status = (vm: object, engine = { state: "running" }) => ({ vm, engine }) as never;
  expect(engineMood("lost", status({ state: "running" }))).toBe("lost");
  expect(engineMood("open", undefined)).toBe("unknown");
  expect(engineMood("open", status({ state: "suspended" }))).toBe("asleep");
  expect(engineMood("open", status({ state: "running" }, { state: "failed" }))).toBe("failed");
  expect(engineMood("open", status({ state: "running" }))).toBe("running");
});

test("output loses escapes and control characters, not its text", () => {
  expect(plain("\u001b[1;31merror\u001b[0m: no")).toBe("error: no");
  expect(plain("10%\r50%\r100%")).toBe("100%");
  expect(plain("\u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe("link");
  expect(plain("a\u0000b\u0007c\td")).toBe("abc\td");
  expect(plain("<b>&")).toBe("<b>&");
});

test("a task is told of when it ended while one watched", () => {
  const task = (id: number, state: string) => ({ id, state }) as never;
  const before = [task(1, "running"), task(2, "done")];
  const now = [task(3, "failed"), task(1, "failed"), task(2, "done")];
  expect(endedSince(before, now).map((it) => it.id)).toEqual([1]);
});
