import { Disc3 } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { model, useSelect } from "@/model";

const count = (all: readonly unknown[]) => all.length;

const feature: Feature = {
  id: "images",
  routes: [{ path: "/images/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-images",
    icon: Disc3,
    path: "/images",
    section: "main",
    jump: "i",
    useCount: () => useSelect(model.images, count),
  },
};

export default feature;
