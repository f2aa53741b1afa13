import { Eraser, Network, Plus } from "lucide-react";
import { lazy } from "react";
import type { Feature } from "@/app/feature";
import { go } from "@/app/nav";
import { t } from "@/i18n/i18n";
import { model, useSelect } from "@/model";

const count = (all: readonly unknown[]) => all.length;

const feature: Feature = {
  id: "networks",
  routes: [{ path: "/networks/{-$id}/{-$tab}", component: lazy(() => import("./View")) }],
  nav: {
    title: "nav-networks",
    icon: Network,
    path: "/networks",
    section: "main",
    jump: "n",
    useCount: () => useSelect(model.networks, count),
  },
  commands: () => [
    {
      id: "networks-new",
      title: t("networks-new-title"),
      icon: Plus,
      keywords: "network create subnet",
      run: () => go("/networks?do=new"),
    },
    {
      id: "networks-prune",
      title: t("networks-prune-ask"),
      icon: Eraser,
      keywords: "network prune clean",
      run: async () => (await import("./actions")).pruneNetworks(),
    },
  ],
  objects: () =>
    model.networks.snapshot().map((network) => ({
      id: `network:${network.id}`,
      title: network.name,
      detail: network.subnets[0]?.subnet ?? network.driver,
      icon: Network,
      open: () => go(`/networks/${network.id}`),
      actions: () => [
        {
          id: "remove",
          title: t("networks-remove", { count: 1 }),
          icon: Eraser,
          run: async () => (await import("./actions")).removeNetworks([network]),
        },
      ],
    })),
};

export default feature;
