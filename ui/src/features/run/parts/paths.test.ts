import { describe, expect, it } from "vitest";
import { baseName, dirName, join, shownEntries } from "./paths";

describe("paths", () => {
  it("are put together and taken apart in either manner", () => {
    expect(join("/", "a")).toBe("/a");
    expect(join("/a", "b")).toBe("/a/b");
    expect(join("C:\\x", "b")).toBe("C:\\x\\b");
    expect(baseName("/a/b/")).toBe("b");
    expect(dirName("/a/b")).toBe("/a");
    expect(dirName("/a")).toBe("/");
  });

  it("lists folders always, files by their end, hidden ones on request", () => {
    const entry = (name: string, folder = false) => ({ name, folder, size: 0, modified_ms: 0 });
    const all = [entry("d", true), entry(".git", true), entry("a.yaml"), entry("b.txt")];
    const names = (shown: Parameters<typeof shownEntries>[1]) =>
      shownEntries(all, shown).map(({ name }) => name);
    expect(names({ hidden: false, what: "folder" })).toEqual(["d"]);
    expect(names({ hidden: true, what: "file", ends: [".yaml"] })).toEqual(["d", ".git", "a.yaml"]);
    expect(names({ hidden: false, what: "any" })).toEqual(["d", "a.yaml", "b.txt"]);
  });
});
