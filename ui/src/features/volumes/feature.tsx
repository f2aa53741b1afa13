import { Database, Eraser, Plus, Upload } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { go } from "@/app/nav";
import { t } from "@/i18n/i18n";
import { model, useSelect } from "@/model";

const count = (all: readonly unknown[]) => all.length;
const open = (name: string) => go(`/volumes/${encodeURIComponent(name)}`);

const feature: Feature = {
  id: "volumes",
  routes: [{ path: "/volumes/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-volumes",
    icon: Database,
    path: "/volumes",
    section: "main",
    jump: "v",
    useCount: () => useSelect(model.volumes, count),
  },
  commands: () => [
    {
      id: "volumes-new",
      title: t("volumes-new-title"),
      icon: Plus,
      keywords: "volume create",
      run: () => go("/volumes?do=new"),
    },
    {
      id: "volumes-import",
      title: t("volumes-import-new-title"),
      icon: Upload,
      keywords: "volume import archive tar restore",
      run: () => go("/volumes?do=import"),
    },
    {
      id: "volumes-prune",
      title: t("volumes-prune-ask"),
      icon: Eraser,
      keywords: "volume prune clean",
      run: async () => (await import("./actions")).pruneVolumes(),
    },
  ],
  objects: () =>
    model.volumes.snapshot().map((volume) => ({
      id: `volume:${volume.name}`,
      title: volume.name,
      detail: volume.driver,
      icon: Database,
      open: () => open(volume.name),
      actions: () => [
        {
          id: "browse",
          title: t("volumes-browse"),
          icon: Database,
          run: () => go(`/volumes/${encodeURIComponent(volume.name)}/files`),
        },
        {
          id: "remove",
          title: t("volumes-remove", { count: 1 }),
          icon: Eraser,
          run: async () => (await import("./actions")).removeVolumes([volume]),
        },
      ],
    })),
};

export default feature;
