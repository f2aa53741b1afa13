import { Database } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { model, useSelect } from "@/model";

const count = (all: readonly unknown[]) => all.length;

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
};

export default feature;
