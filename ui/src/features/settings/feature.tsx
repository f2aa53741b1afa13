import { Settings } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "settings",
  routes: [{ path: "/settings/{-$section}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-settings",
    icon: Settings,
    path: "/settings",
    section: "end",
    jump: "t",
  },
};

export default feature;
