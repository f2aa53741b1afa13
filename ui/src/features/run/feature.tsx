import { Play } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "run",
  routes: [{ path: "/run", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-run",
    icon: Play,
    path: "/run",
    section: "hidden",
    jump: "r",
  },
};

export default feature;
