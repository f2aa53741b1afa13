import { LOCALES, type Locale, preferredLocale, setLocale } from "@/i18n/i18n";
import { pref, setPref, subscribePrefs } from "./prefs";

export type Theme = "system" | "light" | "dark";
export type Contrast = "system" | "more" | "normal";
export type Density = "dense" | "comfortable";
export type Motion = "system" | "reduced" | "full";

export interface Appearance {
  theme: Theme;
  contrast: Contrast;
  density: Density;
  motion: Motion;
  /** In percent. */
  zoom: number;
  locale: Locale | "system";
}

export const DEFAULT_APPEARANCE: Appearance = {
  theme: "system",
  contrast: "system",
  density: "dense",
  motion: "system",
  zoom: 100,
  locale: "system",
};

export const ZOOMS = [75, 80, 90, 100, 110, 125, 150, 175, 200];
const NAME = "appearance";

export function appearance(): Appearance {
  return { ...DEFAULT_APPEARANCE, ...pref<Partial<Appearance>>(NAME, {}) };
}

export function setAppearance(change: Partial<Appearance>): void {
  setPref(NAME, { ...appearance(), ...change });
}

/** The next zoom step, up or down. */
export function zoomStep(now: number, by: 1 | -1): number {
  const steps = by > 0 ? ZOOMS : [...ZOOMS].reverse();
  return steps.find((zoom) => (by > 0 ? zoom > now : zoom < now)) ?? now;
}

const media = {
  dark: "(prefers-color-scheme: dark)",
  contrast: "(prefers-contrast: more)",
  motion: "(prefers-reduced-motion: reduce)",
};

function says(query: string): boolean {
  return window.matchMedia(query).matches;
}

function apply(): void {
  const root = document.documentElement;
  const now = appearance();
  const dark = now.theme === "system" ? says(media.dark) : now.theme === "dark";
  const more = now.contrast === "system" ? says(media.contrast) : now.contrast === "more";
  const still = now.motion === "system" ? says(media.motion) : now.motion === "reduced";
  root.dataset.theme = dark ? "dark" : "light";
  root.dataset.contrast = more ? "more" : "normal";
  root.dataset.motion = still ? "reduced" : "full";
  root.dataset.density = now.density;
  root.style.setProperty("--zoom", String(now.zoom / 100));
}

let language: Locale | undefined;

async function applyLocale(): Promise<void> {
  const { locale } = appearance();
  const next = locale in LOCALES ? (locale as Locale) : preferredLocale();
  if (next === language) return;
  language = next;
  await setLocale(next);
}

/** Shows everything as the user likes it, from now on. Resolves when the language is there. */
export async function keepAppearance(): Promise<void> {
  const all = () => {
    apply();
    void applyLocale();
  };
  for (const query of Object.values(media))
    window.matchMedia(query).addEventListener("change", apply);
  subscribePrefs(all);
  apply();
  await applyLocale();
}
