import { Box, Play } from "lucide-react";
import type { Command, PaletteObject } from "@/app/feature";
import { go } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { togglePin } from "./pins";
import { containerActions } from "./rowActions";

/** All containers, for the palette. */
export function containerObjects(): PaletteObject[] {
  return model.containers.snapshot().map((container) => ({
    id: container.id,
    title: container.name,
    detail: container.image,
    icon: Box,
    open: () => go(`/containers/${container.id}`),
    actions: () => actionsOf(container),
  }));
}

function actionsOf(container: Container): Command[] {
  const rows = [container];
  return containerActions(togglePin)
    .filter((action) => (action.shown?.(rows) ?? true) && (action.can?.(rows) ?? true))
    .map((action) => ({
      id: action.id,
      title: action.label(1),
      icon: action.icon,
      keys: action.keys,
      run: () => void action.run(rows),
    }));
}

export function containerCommands(): Command[] {
  return [
    {
      id: "containers-run",
      title: t("nav-run"),
      icon: Play,
      keywords: "new create docker run",
      run: () => go("/run"),
    },
  ];
}
