import { describe, expect, it } from "vitest";
import type { ConfigEntry } from "@/bindings/ConfigEntry";
import { grouped, kindOf, setCommand } from "./config";

const entry = (key: string, value: string, fallback = value): ConfigEntry => ({
  ...{ key, value, default: fallback, set: false, description: "", cost: "none" },
});

describe("settings", () => {
  it("get the control that fits their values", () => {
    expect(kindOf(entry("autostart", "true", "false"))).toBe("switch");
    expect(kindOf(entry("memory", "4GiB"))).toBe("text");
    expect(kindOf(entry("engine.daemon", "{}"))).toBe("long");
  });

  it("are grouped by what they are settings of", () => {
    const all = [entry("cpus", "2"), entry("engine.proxy", "inherit"), entry("disk", "64GiB")];
    expect(grouped(all).map(([group, found]) => [group, found.length])).toEqual([
      ["machine", 2],
      ["engine", 1],
    ]);
  });

  it("are set by a command that a shell reads back unchanged", () => {
    expect(setCommand("memory", "4GiB")).toBe("berth config set memory 4GiB");
    expect(setCommand("engine.daemon.x", "it's")).toBe(
      `berth config set engine.daemon.x 'it'\\''s'`,
    );
  });
});
