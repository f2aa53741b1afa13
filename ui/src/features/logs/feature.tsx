import { ScrollText } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";

const feature: Feature = {
  id: "logs",
  routes: [{ path: "/logs", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-logs",
    icon: ScrollText,
    path: "/logs",
    section: "main",
    jump: "l",
  },
};

export default feature;
