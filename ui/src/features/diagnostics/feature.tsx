import { Stethoscope } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "diagnostics",
  routes: [{ path: "/diagnostics/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-diagnostics",
    icon: Stethoscope,
    path: "/diagnostics",
    section: "end",
    jump: "d",
  },
};

export default feature;
