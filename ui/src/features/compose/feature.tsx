import { Layers } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

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
};

export default feature;
