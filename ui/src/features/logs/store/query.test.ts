import { describe, expect, test } from "vitest";
import { fits, hitsOf, type Line, parseQuery } from "./query";

const line = (text: string): Line => ({
  text: () => text,
  structured: () => undefined,
  level: () => undefined,
  stderr: false,
  container: "web",
  service: "",
  project: "",
});

const plainly = { regex: false, exact: false };
const matches = (query: string, text: string, options = plainly) =>
  fits(parseQuery(query, options), line(text));

describe("queries", () => {
  test("all words must be there, in any order", () => {
    expect(matches("refused connection", "Connection REFUSED")).toBe(true);
    expect(matches("refused missing", "Connection refused")).toBe(false);
  });

  test("quotes keep words together", () => {
    expect(matches('"a b"', "a b")).toBe(true);
    expect(matches('"a b"', "b a")).toBe(false);
  });

  test("a minus excludes, and alone is a text", () => {
    expect(matches("-health", "GET /health")).toBe(false);
    expect(matches("-health", "GET /")).toBe(true);
    expect(matches("-", "a-b")).toBe(true);
  });

  test("slashes hold a pattern", () => {
    expect(matches("/5\\d\\d$/ get", "GET 502")).toBe(true);
    expect(matches("/5\\d\\d$/", "GET 502 x")).toBe(false);
  });

  test("signs of patterns mean themselves in words", () => {
    expect(matches("a.b*(c", "xa.b*(cx")).toBe(true);
    expect(matches("a.c", "abc")).toBe(false);
  });

  test("an assignment in prose is found as text", () => {
    expect(matches("user=7", "login user=7 ok")).toBe(true);
    expect(matches("user=8", "login user=7 ok")).toBe(false);
  });

  test("capitals matter when asked for", () => {
    expect(matches("Error", "error", { regex: false, exact: true })).toBe(false);
  });

  test("a broken pattern is said, not thrown", () => {
    expect(parseQuery("[", { regex: true, exact: false }).error).toBeTruthy();
    expect(parseQuery("/(/", plainly).error).toBeTruthy();
  });

  test("hits are in order and don't overlap", () => {
    const query = parseQuery("abc bcd -x", plainly);
    expect(hitsOf(query, "abcd.abc")).toEqual([
      [0, 4],
      [5, 8],
    ]);
  });

  test("a pattern that matches nothing at every place highlights nothing", () => {
    expect(hitsOf(parseQuery("x*", { regex: true, exact: false }), "abc")).toEqual([]);
  });
});
