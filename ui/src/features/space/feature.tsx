import { ChartPie } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "space",
  routes: [{ path: "/space", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-space",
    icon: ChartPie,
    path: "/space",
    section: "main",
    jump: "s",
  },
};

export default feature;
