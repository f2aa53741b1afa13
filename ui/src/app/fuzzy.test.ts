import { describe, expect, test } from "vitest";
import { best, fuzzy } from "./fuzzy";

describe("fuzzy", () => {
  test("prefers the beginning, then the beginning of a word, then the middle", () => {
    const scores = ["web-shop", "shop-web", "cobweb"].map((text) => fuzzy("web", text) ?? -1);
    expect(scores[0]).toBeGreaterThan(scores[1] ?? 0);
    expect(scores[1]).toBeGreaterThan(scores[2] ?? 0);
  });

  test("finds the first letters of words", () => {
    expect(fuzzy("gtc", "go to containers")).not.toBeNull();
  });

  test("does not find what is not there, nor letters strewn about", () => {
    expect(fuzzy("xyz", "containers")).toBeNull();
    expect(fuzzy("aei", "banner of pixels with heights")).toBeNull();
  });
});

describe("best", () => {
  const items = [
    { title: "api" },
    { title: "web", more: "nginx:1" },
    { title: "nginx-proxy" },
    { title: "db" },
  ];

  test("is the items as they are for an empty query", () => {
    expect(best("", items, 2)).toEqual(items.slice(0, 2));
  });

  test("puts a fit of the title above one of the rest", () => {
    expect(best("nginx", items, 9).map((item) => item.title)).toEqual(["nginx-proxy", "web"]);
  });
});
