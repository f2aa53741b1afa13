import { ClipboardPaste, Play } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { go } from "@/app/nav";
import { t } from "@/i18n/i18n";

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
  commands: () => [
    {
      id: "run",
      title: t("nav-run"),
      icon: Play,
      keys: "g r",
      keywords: "run create new container docker run",
      run: () => go("/run"),
    },
    {
      id: "run-paste",
      title: t("run-paste"),
      icon: ClipboardPaste,
      keywords: "paste docker run podman command import",
      run: () => go("/run?paste=1"),
    },
  ],
};

export default feature;
