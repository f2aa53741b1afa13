import { Network } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { model, useSelect } from "@/model";

const count = (all: readonly unknown[]) => all.length;

const feature: Feature = {
  id: "networks",
  routes: [{ path: "/networks/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-networks",
    icon: Network,
    path: "/networks",
    section: "main",
    jump: "n",
    useCount: () => useSelect(model.networks, count),
  },
};

export default feature;
