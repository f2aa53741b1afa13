import { describe, expect, it } from "vitest";
import type { Container } from "@/bindings/Container";
import type { Network } from "@/bindings/Network";
import type { Volume } from "@/bindings/Volume";
import {
  commandOf,
  downPlan,
  moodOf,
  nameOfFile,
  nameOfFolder,
  projectsOf,
  specOf,
} from "./projects";

const container = (name: string, project: string | null, more: Partial<Container> = {}) =>
  ({
    id: `id-${name}`,
    name,
    state: "running",
    health: null,
    exit_code: null,
    networks: [],
    project: project && {
      project,
      service: name,
      number: 1,
      folder: `/src/${project}`,
      files: [`/src/${project}/compose.yaml`],
    },
    ...more,
  }) as unknown as Container;
const listed = (name: string, services: string[] = []) => ({
  name,
  folder: `/src/${name}`,
  files: [`/src/${name}/compose.yaml`],
  files_present: true,
  services,
});
const labels = { "com.docker.compose.project": "shop" };

describe("projects", () => {
  it("are found by containers, by files, and by both as one", () => {
    const projects = projectsOf(
      [container("web", "shop"), container("x", "labels-only"), container("free", null)],
      [listed("shop", ["web", "db"]), listed("idle", ["a"])],
    );
    expect(projects.map(({ name, filesPresent, total }) => [name, filesPresent, total])).toEqual([
      ["shop", true, 1],
      ["idle", true, 0],
      ["labels-only", false, 1],
    ]);
    expect(projects[0]?.services.map((it) => [it.name, it.containers.length])).toEqual([
      ["web", 1],
      ["db", 0],
    ]);
    expect(projects[2]?.folder).toBe("/src/labels-only");
  });

  it("have one word for how they are", () => {
    const mood = (...containers: Container[]) => {
      const [project] = projectsOf(containers, [listed("p")]);
      return project && moodOf(project);
    };
    const ended = { state: "exited", exit_code: 0 } as const;
    expect(mood()).toBe("down");
    expect(mood(container("a", "p"), container("b", "p"))).toBe("running");
    expect(mood(container("a", "p"), container("migrate", "p", ended))).toBe("running");
    expect(mood(container("a", "p"), container("b", "p", { ...ended, exit_code: 1 }))).toBe(
      "partly",
    );
    expect(mood(container("a", "p", ended))).toBe("stopped");
    expect(mood(container("a", "p", { health: "unhealthy" }))).toBe("failed");
  });

  it("say exactly what goes with them", () => {
    const stranger = container("guest", null, {
      networks: [{ name: "shop_default" }] as Container["networks"],
    });
    const containers = [container("web", "shop"), container("other", "else"), stranger];
    const model = {
      containers,
      networks: [
        { name: "shop_default", labels },
        { name: "bridge", labels: {} },
      ] as unknown as Network[],
      volumes: [
        { name: "shop_data", labels, size: 5 },
        { name: "mine", labels: {}, size: 1 },
      ] as unknown as Volume[],
    };
    const project = projectsOf(containers, []).find(({ name }) => name === "shop");
    if (!project) throw new Error("no project");
    expect(downPlan(project, model, false)).toEqual([
      { what: "container", name: "web" },
      { what: "network", name: "shop_default", others: ["guest"] },
    ]);
    expect(downPlan(project, model, true).at(-1)).toEqual({
      what: "volume",
      name: "shop_data",
      bytes: 5,
    });
  });

  it("are changed with their files where those are there, by name where not", () => {
    const [here, labelled] = projectsOf([container("x", "old")], [listed("shop")]);
    if (!here || !labelled) throw new Error("no projects");
    expect(specOf(here, "up", ["web"])).toMatchObject({
      files: ["/src/shop/compose.yaml"],
      services: ["web"],
    });
    expect(specOf(labelled, "down").files).toEqual([]);
    expect(commandOf(here, "up")).toBe("docker compose -f /src/shop/compose.yaml up -d");
    expect(commandOf(labelled, "down_volumes")).toBe("docker compose -p old down -v");
  });

  it("are named after their folder", () => {
    expect(nameOfFolder("/home/me/My Shop.v2")).toBe("myshopv2");
    expect(nameOfFolder("/home/me/_x/")).toBe("x");
    expect(nameOfFile("/src/My App/compose.yaml", "services: {}\n")).toBe("myapp");
    expect(nameOfFile("/src/a/compose.yaml", "services:\n  x: {}\nname: 'shop' # ours\n")).toBe(
      "shop",
    );
    expect(nameOfFile("/src/a/compose.yaml", "services:\n  name: x\n")).toBe("a");
  });
});
