import {
  Contrast,
  Keyboard,
  Languages,
  Moon,
  Play,
  RotateCw,
  Rows3,
  Square,
  Sun,
  SunMoon,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { LOCALES, type Locale, t } from "@/i18n/i18n";
import { appearance, setAppearance, zoomStep } from "./appearance";
import { engine } from "./engineControl";
import type { Command } from "./feature";
import { features } from "./features";
import { go } from "./nav";
import { showKeys } from "./overlays";

function zoom(by: 1 | -1): void {
  setAppearance({ zoom: zoomStep(appearance().zoom, by) });
}

export const zoomIn = () => zoom(1);
export const zoomOut = () => zoom(-1);
export const zoomReset = () => setAppearance({ zoom: 100 });

/** Going to each view. */
function viewCommands(): Command[] {
  return features.flatMap(({ id, nav }) =>
    nav
      ? [
          {
            id: `go-${id}`,
            title: t(nav.title),
            icon: nav.icon,
            keys: nav.jump && `g ${nav.jump}`,
            keywords: id,
            run: () => go(nav.path),
          },
        ]
      : [],
  );
}

function lookCommands(): Command[] {
  const command = (id: string, icon: Command["icon"], run: () => void, keys?: string): Command => ({
    id,
    title: t(`command-${id}`),
    icon,
    keys,
    run,
  });
  const dense = appearance().density === "dense";
  const more = appearance().contrast === "more";
  return [
    command("theme-light", Sun, () => setAppearance({ theme: "light" })),
    command("theme-dark", Moon, () => setAppearance({ theme: "dark" })),
    command("theme-system", SunMoon, () => setAppearance({ theme: "system" })),
    command(more ? "contrast-normal" : "contrast-more", Contrast, () =>
      setAppearance({ contrast: more ? "normal" : "more" }),
    ),
    command(dense ? "density-comfortable" : "density-dense", Rows3, () =>
      setAppearance({ density: dense ? "comfortable" : "dense" }),
    ),
    command("zoom-in", ZoomIn, zoomIn, "mod++"),
    command("zoom-out", ZoomOut, zoomOut, "mod+-"),
    command("keys", Keyboard, showKeys, "?"),
    ...Object.entries(LOCALES).map(([locale, name]) => ({
      id: `language-${locale}`,
      title: name,
      icon: Languages,
      keywords: `${t("command-language")} language`,
      run: () => setAppearance({ locale: locale as Locale }),
    })),
  ];
}

function engineCommands(): Command[] {
  return [
    { id: "engine-start", title: t("engine-start"), icon: Play, run: () => engine("start") },
    { id: "engine-suspend", title: t("engine-suspend"), icon: Moon, run: () => engine("suspend") },
    {
      id: "engine-restart",
      title: t("engine-restart"),
      icon: RotateCw,
      run: () => engine("restart"),
    },
    { id: "engine-stop", title: t("engine-stop"), icon: Square, run: () => engine("stop") },
  ];
}

/** Everything that the palette can do. */
export function allCommands(): Command[] {
  return [
    ...viewCommands(),
    ...features.flatMap((feature) => feature.commands?.() ?? []),
    ...engineCommands(),
    ...lookCommands(),
  ];
}
