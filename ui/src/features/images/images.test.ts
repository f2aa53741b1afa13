import { describe, expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import type { Image } from "@/bindings/Image";
import { instruction, layers } from "./layers";
import { parseReference, referenceProblem, shortId } from "./reference";
import { freedAtLeast, nameOf, unusedImages } from "./usage";

describe("layers", () => {
  it.each([
    ['/bin/sh -c #(nop)  CMD ["bash"]', "CMD", '["bash"]'],
    ["/bin/sh -c apt-get update", "RUN", "apt-get update"],
    ["RUN /bin/sh -c make -j4 # buildkit", "RUN", "make -j4"],
    ['|2 A=1 B="x y" /bin/sh -c echo $A', "RUN", "echo $A"],
    ["RUN |1 V=2 /bin/sh -c echo $V # buildkit", "RUN", "echo $V"],
    ["COPY . /app # buildkit", "COPY", ". /app"],
    ["/bin/sh -c #(nop) ADD file:12ab in / ", "ADD", "file:12ab in /"],
    ["WORKDIR /app", "WORKDIR", "/app"],
    ["bazel build ...", "", "bazel build ..."],
    ["", "", ""],
  ])("reads %j", (createdBy, word, text) => {
    expect(instruction(createdBy)).toEqual({ instruction: word, text });
  });

  it("are in the order of the Dockerfile", () => {
    const entry = (CreatedBy: string, Size: number) => ({
      Id: "<missing>",
      Created: 1,
      CreatedBy,
      Size,
      Comment: "",
      Tags: null,
    });
    const all = layers([entry("CMD sh", 0), entry("ADD a /", 5)]);
    expect(all.map((layer) => layer.instruction)).toEqual(["ADD", "CMD"]);
    expect(all[0]?.size).toBe(5);
  });
});

describe("references", () => {
  it("are split at the tag, not at the registry's port", () => {
    expect(parseReference("reg:5000/a/b")).toEqual({
      repository: "reg:5000/a/b",
      tag: undefined,
      digest: undefined,
    });
    expect(parseReference("reg:5000/a/b:1@sha256:00")).toEqual({
      repository: "reg:5000/a/b",
      tag: "1",
      digest: "sha256:00",
    });
  });

  it.each(["nginx", "nginx:1.27", "reg.example:5000/team/app:dev", "a/b__c-d.e:T_1"])(
    "takes %s",
    (name) => expect(referenceProblem(name)).toBeUndefined(),
  );

  it.each([
    ["", "images-name-missing"],
    ["my image", "images-name-space"],
    ["team/App", "images-name-upper"],
    ["a//b", "images-name-bad"],
    ["-a", "images-name-bad"],
    ["a:", "images-name-bad"],
  ])("says what is wrong with %j", (name, problem) => {
    expect(referenceProblem(name)).toBe(problem);
  });

  it("have a short ID", () => {
    expect(shortId(`sha256:${"ab".repeat(32)}`)).toBe("abababababab");
  });
});

describe("usage", () => {
  const image = (
    id: string,
    tags: string[],
    size: number,
    shared: number | null = null,
  ): Image => ({
    ...{ id, tags, size, shared, digests: [], created: 0, platform: null, labels: {} },
  });
  const images = [image("1", ["a:1"], 10), image("2", [], 7, 3), image("3", ["b:1"], 5, 5)];
  const containers = [{ image_id: "1" } as Container];

  it("keeps what a container uses, and tagged ones unless all are meant", () => {
    expect(unusedImages(images, containers, false).map((it) => it.id)).toEqual(["2"]);
    expect(unusedImages(images, containers, true).map((it) => it.id)).toEqual(["2", "3"]);
  });

  it("promises only bytes that nobody else holds", () => {
    expect(freedAtLeast(images.slice(1))).toBe(4);
  });

  it("names an image without tags by its digest's repository", () => {
    const digests = ["nginx@sha256:00"];
    expect(nameOf({ ...image("4", [], 1), digests })).toBe("nginx");
    expect(nameOf(image("5", [], 1))).toBe("<none>");
  });
});
