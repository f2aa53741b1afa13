import { Anchor } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "first-run",
  routes: [{ path: "/welcome", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-first-run",
    icon: Anchor,
    path: "/welcome",
    section: "hidden",
  },
};

export default feature;
