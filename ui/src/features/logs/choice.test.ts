import { describe, expect, test } from "vitest";
import type { Container } from "@/bindings/Container";
import {
  ALL_RUNNING,
  choiceOf,
  choiceParams,
  chosen,
  colored,
  groups,
  subjectOf,
  toggled,
} from "./choice";

const container = (name: string, project = "", state: Container["state"] = "running") =>
  ({
    id: `id-${name}`,
    name,
    state,
    project: project ? { project, service: name, number: 1, folder: null, files: [] } : null,
  }) as unknown as Container;

const all = [container("b", "shop"), container("a", "shop", "exited"), container("z")];
const kept = [{ container: "id-old", name: "old", image: "x", removed_ms: 1, bytes: 2 }];
const names = (params: Record<string, string>) =>
  chosen(choiceOf(params), all, kept).map((source) => source.name);

describe("the choice of containers", () => {
  test("is all that run, unless something is named", () => {
    expect(names({})).toEqual(["b", "z"]);
    expect(names({ c: "a" })).toEqual(["a"]);
    expect(names({ p: "shop", c: "id-old" })).toEqual(["a", "b", "old"]);
  });

  test("is the same after it was an address", () => {
    const choice = { running: false, containers: ["a"], projects: ["shop"], hidden: ["b"] };
    expect(choiceOf(choiceParams(choice))).toEqual(choice);
    expect(choiceParams(ALL_RUNNING)).toEqual({});
  });

  test("hiding does not read anew, adding does", () => {
    const hidden = toggled(ALL_RUNNING, "b", true, true);
    expect([hidden.hidden, subjectOf(hidden)]).toEqual([["b"], "running"]);
    expect(toggled(hidden, "b", false, true).hidden).toEqual([]);
    const added = toggled({ ...ALL_RUNNING, running: false, containers: ["z"] }, "a", false, false);
    expect(added.containers).toEqual(["z", "a"]);
  });

  test("groups stand by project, running ones first, the rest last", () => {
    expect(
      groups(all).map((group) => [group.project, group.containers.map((it) => it.name)]),
    ).toEqual([
      ["shop", ["b", "a"]],
      ["", ["z"]],
    ]);
  });

  test("colours stay when others come", () => {
    const first = colored(chosen(choiceOf({ c: "z" }), all, []), new Map(), 6);
    const second = colored(chosen(ALL_RUNNING, all, []), first, 6);
    expect([second.get("id-z"), second.get("id-b")]).toEqual([0, 1]);
  });
});
