import { describe, expect, test } from "vitest";
import { contentKind, decode, hexLines, imageType } from "./content";
import { ChildCollector, fromGoMode, modeText, parseListing } from "./listing";
import { base, crumbs, join, nameProblem, parent } from "./paths";

describe("the output of the listing script", () => {
  test("becomes files, with the targets of links", () => {
    const items = parseListing(
      [
        "41ed 0 0 4096 1700000000 ./etc",
        "81a4 1000 33 12 1700000001 ./a b.txt",
        "a1ff 0 0 7 1700000002 ./bin",
        "==",
        "./bin",
        "usr/bin",
        "",
      ].join("\n"),
    );
    expect(items.map(({ name, kind, size, target }) => [name, kind, size, target])).toEqual([
      ["etc", "folder", 4096, ""],
      ["a b.txt", "file", 12, ""],
      ["bin", "link", 7, "usr/bin"],
    ]);
    expect(items[1]).toMatchObject({ uid: 1000, gid: 33, mode: 0o644 });
  });

  test("keeps names with line breaks in one piece", () => {
    const items = parseListing("81a4 0 0 1 2 ./a\nb\n81a4 0 0 1 2 ./c\n==\n");
    expect(items.map((item) => item.name)).toEqual(["a\nb", "c"]);
  });

  test("of an empty folder is nothing", () => {
    expect(parseListing("==\n")).toEqual([]);
    expect(parseListing("")).toEqual([]);
  });
});

describe("children out of an archive", () => {
  const entry = (name: string, kind: "file" | "folder" = "file") => ({
    name,
    kind,
    size: 1,
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtime: 5,
    target: "",
  });

  test("are only the direct ones", () => {
    const children = new ChildCollector("/var/www");
    for (const name of ["www/", "www/a", "www/sub/", "www/sub/deep", "www/late/only"]) {
      children.add(entry(name, name.endsWith("/") ? "folder" : "file"));
    }
    expect(children.items().map(({ name, kind }) => [name, kind])).toEqual([
      ["a", "file"],
      ["sub", "folder"],
      ["late", "folder"],
    ]);
  });

  test("of the root have no folder before them", () => {
    const children = new ChildCollector("/");
    for (const name of ["/", "./etc/", "usr/", "usr/bin"]) children.add(entry(name, "folder"));
    expect(children.items().map((item) => item.name)).toEqual(["etc", "usr"]);
  });
});

test("modes are written as ls writes them", () => {
  expect(modeText({ kind: "folder", mode: 0o1777 })).toBe("drwxrwxrwt");
  expect(modeText({ kind: "file", mode: 0o4755 })).toBe("-rwsr-xr-x");
  expect(modeText({ kind: "link", mode: 0o2644 })).toBe("lrw-r-Sr--");
});

test("Go's modes are understood", () => {
  expect(fromGoMode(2 ** 31 + 0o755)).toEqual({ kind: "folder", mode: 0o755 });
  expect(fromGoMode(2 ** 27 + 0o777)).toEqual({ kind: "link", mode: 0o777 });
  expect(fromGoMode(2 ** 23 + 0o755)).toEqual({ kind: "file", mode: 0o4755 });
});

describe("paths", () => {
  test("never leave the root", () => {
    expect(join("/a/b", "../../../x")).toBe("/x");
    expect(join("/a", "./b//c")).toBe("/a/b/c");
    expect(join("/a", "/etc")).toBe("/etc");
  });

  test("have parents and names", () => {
    expect([parent("/a/b"), parent("/a"), parent("/")]).toEqual(["/a", "/", "/"]);
    expect([base("/a/b"), base("/")]).toEqual(["b", ""]);
    expect(crumbs("/a/b").map((it) => it.path)).toEqual(["/", "/a", "/a/b"]);
  });

  test("names that can't be given say why", () => {
    expect(["", "a/b", "..", "x".repeat(256), "ok"].map(nameProblem)).toEqual([
      "empty",
      "slash",
      "dots",
      "long",
      undefined,
    ]);
  });
});

describe("contents", () => {
  const bytes = (...list: number[]) => Uint8Array.from(list);

  test("are told apart by their bytes", () => {
    expect(contentKind(new TextEncoder().encode("héllo\n"))).toBe("text");
    expect(contentKind(bytes())).toBe("text");
    expect(contentKind(bytes(0x7f, 0x45, 0x4c, 0x46, 0))).toBe("binary");
    expect(contentKind(bytes(0xff, 0xfe, 0x41))).toBe("binary");
    expect(contentKind(bytes(0x89, 0x50, 0x4e, 0x47, 0))).toBe("image");
  });

  test("a drawing that could hold scripts is text", () => {
    expect(imageType(new TextEncoder().encode("<svg onload=alert(1)>"))).toBeUndefined();
  });

  test("a mark of byte order is kept", () => {
    expect(decode(bytes(0xef, 0xbb, 0xbf, 0x41))).toBe("\ufeffA");
  });

  test("are shown as hexdump does", () => {
    expect(hexLines(new TextEncoder().encode("0123456789abcdefZ\n"))[1]).toEqual({
      offset: "00000010",
      hex: "5a 0a",
      text: "Z·",
    });
  });
});
