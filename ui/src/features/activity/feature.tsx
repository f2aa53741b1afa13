import { Activity } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "activity",
  routes: [{ path: "/activity", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-activity",
    icon: Activity,
    path: "/activity",
    section: "main",
    jump: "a",
  },
};

export default feature;
