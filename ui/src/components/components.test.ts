import { describe, expect, test } from "vitest";
import { CallError } from "@/rpc/error";
import { freed } from "./ConfirmHost";
import { errorText } from "./ErrorPanel";
import { filterWords, fits } from "./FilterBox";
import { jsonLines, pathsWith } from "./json";
import { sparkPaths } from "./Sparkline";
import { detailWidth } from "./SplitPane";
import { nextTab } from "./Tabs";
import { placeTip } from "./tipPlace";

test("tabs go around", () => {
  const tabs = [{ id: "a" }, { id: "b" }, { id: "c" }];
  expect(nextTab(tabs, "c", 1)).toBe("a");
  expect(nextTab(tabs, "a", -1)).toBe("c");
});

test("every word of a filter must be found, in any order and place", () => {
  const words = filterWords("  Web  nginx ");
  expect(fits(words, ["shop-web-1", "nginx:1.29"])).toBe(true);
  expect(fits(words, ["shop-web-1", null, undefined])).toBe(false);
  expect(fits([], ["x"])).toBe(true);
});

test("what comes back is the sum of what is known", () => {
  expect(
    freed([
      { name: "a", bytes: 5 },
      { name: "b", bytes: null },
      { name: "c", bytes: 7 },
    ]),
  ).toBe(12);
  expect(freed([{ name: "a" }])).toBeNull();
});

test("a copied error has everything", () => {
  const error = new CallError("docker_500", "Port 80 is taken.", "Stop nginx.", {
    path: "POST /x",
  });
  expect(errorText(error, "web could not be started.")).toBe(
    'web could not be started.\nPort 80 is taken.\nStop nginx.\n(docker_500)\n{\n  "path": "POST /x"\n}',
  );
});

test("a detail leaves room for its list and is never too narrow", () => {
  expect(detailWidth(500, 1200)).toBe(500);
  expect(detailWidth(2000, 1200)).toBe(880);
  expect(detailWidth(10, 1200)).toBe(360);
});

describe("a sparkline", () => {
  test("stands at the right until it is full", () => {
    expect(sparkPaths([0, 10], 5, 10, 40, 11).edge).toBe("M30 11L40 1");
  });

  test("has gaps where nothing was measured", () => {
    const { edge, area } = sparkPaths([10, null, 10, 10], 4, 10, 30, 11);
    expect(edge).toBe("M0 1M20 1L30 1");
    expect(area).toBe("M0 1L0 11L0 11ZM20 1L30 1L30 11L20 11Z");
  });

  test("shows the newest when there is more than fits", () => {
    expect(sparkPaths([9, 9, 0, 0], 2, 10, 10, 11).edge).toBe("M0 11L10 11");
  });
});

describe("JSON", () => {
  const value = { Id: "4f", State: { Status: "running", Pid: 7 }, Args: ["-g", "off"] };
  const lines = (over: object = {}) =>
    jsonLines(value, { depth: 1, turned: new Set(), found: null, most: 100, ...over }).map(
      (line) => line.path,
    );

  test("is unfolded to a depth, and where the user turned it", () => {
    expect(lines({ depth: 0 })).toEqual(["/Id", "/State", "/Args"]);
    expect(lines({ depth: 0, turned: new Set(["/Args"]) })).toEqual([
      "/Id",
      "/State",
      "/Args",
      "/Args/0",
      "/Args/1",
    ]);
  });

  test("shows what was found and what leads to it", () => {
    const found = pathsWith(value, ["runn"]);
    expect(found.hits).toBe(1);
    expect(lines({ found })).toEqual(["/State", "/State/Status"]);
  });

  test("shows all of a key that was found", () => {
    expect(lines({ found: pathsWith(value, ["state"]), depth: 2 })).toEqual([
      "/State",
      "/State/Status",
      "/State/Pid",
    ]);
  });

  test("is cut where there is too much", () => {
    const many = Array.from({ length: 1000 }, (_, at) => at);
    const shown = jsonLines({ many }, { depth: 2, turned: new Set(), found: null, most: 50 });
    expect(shown).toHaveLength(50);
  });
});

describe("a tip", () => {
  const room = { left: 0, top: 0, width: 800, height: 600 };
  const size = { width: 100, height: 20 };
  const at = (left: number, top: number) => ({ left, top, width: 20, height: 20 });

  test("stands in the middle below", () => {
    expect(placeTip(at(400, 100), size, room, "bottom")).toEqual({ left: 360, top: 126 });
  });

  test("goes to the other side where there is no room, and never out of sight", () => {
    expect(placeTip(at(400, 575), size, room, "bottom")).toEqual({ left: 360, top: 549 });
    expect(placeTip(at(0, 100), size, room, "bottom")).toEqual({ left: 8, top: 126 });
    expect(placeTip(at(780, 100), size, room, "right")).toEqual({ left: 674, top: 100 });
  });
});
