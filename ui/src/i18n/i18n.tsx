import { FluentBundle, FluentResource, type FluentVariable } from "@fluent/bundle";
import { useSyncExternalStore } from "react";
import english from "./en";

/** Languages that the dashboard speaks, each in its own words. */
export const LOCALES = { en: "English", de: "Deutsch", zh: "中文" } as const;
export type Locale = keyof typeof LOCALES;

export type Args = Record<string, FluentVariable>;
export type Translate = (id: string, args?: Args) => string;

const loaders: Record<Exclude<Locale, "en">, () => Promise<{ default: Record<string, string> }>> = {
  de: () => import("./de"),
  zh: () => import("./zh"),
};

function bundleOf(locale: Locale, files: Record<string, string>): FluentBundle {
  // Values from outside are isolated by CSS (`<bdi>`), so that copied text holds no marks.
  const bundle = new FluentBundle(locale, { useIsolating: false });
  for (const text of Object.values(files)) bundle.addResource(new FluentResource(text));
  return bundle;
}

const fallback = bundleOf("en", english);
let locale: Locale = "en";
let current = fallback;
let translate: Translate = translator();
const listeners = new Set<() => void>();

function translator(): Translate {
  const bundles = current === fallback ? [fallback] : [current, fallback];
  return (id, args) => {
    for (const bundle of bundles) {
      const message = bundle.getMessage(id);
      if (message?.value) return bundle.formatPattern(message.value, args, []);
    }
    return id;
  };
}

/** The language in use. */
export function currentLocale(): Locale {
  return locale;
}

/** Which of our languages fits best what the browser asks for. */
export function preferredLocale(wanted: readonly string[] = navigator.languages): Locale {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split("-")[0] ?? "";
    if (base in LOCALES) return base as Locale;
  }
  return "en";
}

/** Loads a language and shows everything in it. */
export async function setLocale(next: Locale): Promise<void> {
  const bundle = next === "en" ? fallback : bundleOf(next, (await loaders[next]()).default);
  locale = next;
  current = bundle;
  translate = translator();
  document.documentElement.lang = next;
  for (const listener of listeners) listener();
}

/** The present translation, outside components. */
export function t(id: string, args?: Args): string {
  return translate(id, args);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** `t(id, args)`; renders again when the language changes. */
export function useT(): Translate {
  return useSyncExternalStore(subscribe, () => translate);
}
