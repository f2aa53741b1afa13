import { describe, expect, test } from "vitest";
import { endingOf } from "./channel";
import { withoutControls } from "./paste";

describe("the end of a terminal", () => {
  test("with its code, lost, or refused", () => {
    expect(endingOf(1000, '{"exit_code":3}')).toEqual({ kind: "ended", code: 3 });
    expect(endingOf(1000, "")).toEqual({ kind: "ended", code: undefined });
    expect(endingOf(1006, "")).toEqual({ kind: "lost" });
    expect(endingOf(4409, '{"message":"not running"}')).toEqual({
      kind: "refused",
      why: "not running",
    });
    expect(endingOf(4500, "no JSON")).toEqual({ kind: "refused", why: "no JSON" });
  });
});

test("what is pasted holds lines and tabs, but no keys", () => {
  expect(withoutControls("a\tb\n\u001b[201~rm\u0003\u009b")).toBe("a\tb\n[201~rm");
});
