import { FolderOpen, Layers, Play, Plus, ScrollText, Square, Terminal } from "lucide-react";
import { lazy } from "react";
import type { Feature, PaletteObject } from "@/app/feature";
import { go } from "@/app/nav";
import { t } from "@/i18n/i18n";
import { model } from "@/model";

const address = (name: string) => `/compose/${encodeURIComponent(name)}`;

/** Those that have containers: only they are in the model. */
function projects(): PaletteObject[] {
  const names = new Set(
    model.containers.snapshot().flatMap(({ project }) => (project ? [project.project] : [])),
  );
  return [...names].map((name) => ({
    id: `project:${name}`,
    title: name,
    detail: t("compose-project"),
    icon: Layers,
    open: () => go(address(name)),
    actions: () => [
      { id: "up", title: t("compose-up"), icon: Play, run: () => run(name, "up") },
      { id: "stop", title: t("compose-stop"), icon: Square, run: () => run(name, "stop") },
      {
        id: "logs",
        title: t("compose-logs"),
        icon: ScrollText,
        run: () => go(`/logs?p=${encodeURIComponent(name)}`),
      },
    ],
  }));
}

async function run(name: string, action: "up" | "stop"): Promise<void> {
  const [{ act }, { projectsOf }, { call }] = await Promise.all([
    import("./actions"),
    import("./projects"),
    import("@/rpc"),
  ]);
  const listed = await call("compose_projects").catch(() => []);
  const project = projectsOf(model.containers.snapshot(), listed).find((it) => it.name === name);
  if (project) await act(project, action);
}

const feature: Feature = {
  id: "compose",
  routes: [{ path: "/compose/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-compose",
    icon: Layers,
    path: "/compose",
    section: "main",
    jump: "p",
  },
  commands: () => [
    {
      id: "compose-new",
      title: t("compose-new-title"),
      icon: Plus,
      keywords: "compose project template",
      run: () => go("/compose?do=new"),
    },
    {
      id: "compose-open",
      title: t("compose-open"),
      icon: FolderOpen,
      keywords: "compose file yaml folder",
      run: () => go("/compose?do=open"),
    },
    {
      id: "compose-convert",
      title: t("compose-convert"),
      icon: Terminal,
      keywords: "compose docker run convert yaml",
      run: () => go("/compose?do=convert"),
    },
  ],
  objects: projects,
};

export default feature;
