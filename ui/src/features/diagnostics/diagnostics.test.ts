import { describe, expect, it } from "vitest";
import type { Check } from "@/bindings/Check";
import { LineBuffer, plain } from "./lines";
import { fixCommand, reportText, sorted, summary } from "./report";

const check = (id: string, status: Check["status"], fix: string | null = null): Check => ({
  ...{ id, status, fix, title: `Title ${id}`, detail: `Detail ${id}.` },
});

describe("the report", () => {
  const checks = [check("a", "ok"), check("b", "fail", "run 'berth start'"), check("c", "warn")];

  it("puts troubles first and counts them", () => {
    expect(sorted(checks).map((it) => it.id)).toEqual(["b", "c", "a"]);
    expect(summary(checks)).toEqual({ ok: 1, warn: 1, fail: 1 });
  });

  it("can be copied as text with every next step", () => {
    expect(reportText(checks, "Browser 1")).toContain("FAIL  Title b: Detail b.\n      run 'berth");
  });

  it("finds the command of a fix only where the fix is nothing else", () => {
    expect(fixCommand("run 'berth start'")).toBe("berth start");
    expect(fixCommand("berth context use")).toBe("berth context use");
    expect(fixCommand("enable it in the firmware, then run 'berth start'")).toBeUndefined();
  });
});

describe("log lines", () => {
  it("hold no sequences and no characters that turn the text around", () => {
    expect(plain("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007x\u202ey\u0000")).toBe("red xy");
  });

  it("are bounded, newest kept", () => {
    const buffer = new LineBuffer(10);
    for (let n = 0; n < 100; n++) buffer.push(String(n));
    expect(buffer.lines.length).toBeLessThanOrEqual(15);
    expect(buffer.lines.at(-1)).toBe("99");
  });
});
