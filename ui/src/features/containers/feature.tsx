import { Box } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { model, useSelect } from "@/model";
import { containerCommands, containerObjects } from "./palette";

const count = (all: readonly unknown[]) => all.length;

const feature: Feature = {
  id: "containers",
  routes: [{ path: "/containers/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  commands: containerCommands,
  objects: containerObjects,
  nav: {
    title: "nav-containers",
    icon: Box,
    path: "/containers",
    section: "main",
    jump: "c",
    useCount: () => useSelect(model.containers, count),
  },
};

export default feature;
