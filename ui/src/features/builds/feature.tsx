import { Hammer } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "builds",
  routes: [{ path: "/builds/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-builds",
    icon: Hammer,
    path: "/builds",
    section: "main",
    jump: "b",
  },
};

export default feature;
