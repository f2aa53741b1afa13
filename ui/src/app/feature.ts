import type { LucideIcon } from "lucide-react";
import type { ComponentType, LazyExoticComponent } from "react";
import type { KeyBinding } from "./keys";

/** A view: a folder in `features/`, whose `feature.tsx` exports one of these. */
export interface Feature {
  /** Name of its folder and of its `.ftl` files. */
  id: string;
  routes: readonly FeatureRoute[];
  /** Its place in the sidebar; none for views that are reached otherwise. */
  nav?: NavItem;
  /** What the palette offers besides going there. Asked for each time it opens. */
  commands?: () => readonly Command[];
  /** Objects that the palette finds. Asked for each time it opens: read the model, don't fetch. */
  objects?: () => readonly PaletteObject[];
  /** Keys that work while one of its routes is shown. */
  keys?: readonly KeyBinding[];
}

export interface FeatureRoute {
  /** Such as `/images/{-$id}/{-$tab}`; a part in `{-$…}` may be absent. */
  path: string;
  /** Made by `lazy(() => import("./View"))`, so that nothing of it is in the first load. */
  component: LazyExoticComponent<ComponentType>;
}

export interface NavItem {
  /** ID of the message. */
  title: string;
  icon: LucideIcon;
  path: string;
  /** `end` stands below, apart. */
  section: "main" | "end" | "hidden";
  /** The letter after `g`. */
  jump?: string;
  /** A hook: the number beside it. */
  useCount?: () => number | undefined;
}

/** Something that can be done, as the palette lists it. */
export interface Command {
  id: string;
  /** Translated. */
  title: string;
  icon?: LucideIcon;
  /** Shown beside it, in the form of {@link KeyBinding.keys}. */
  keys?: string;
  /** More words that find it. */
  keywords?: string;
  run: () => void | Promise<void>;
}

/** Something that is there, as the palette lists it. */
export interface PaletteObject {
  id: string;
  title: string;
  /** Beside it, such as its image. */
  detail?: string;
  icon: LucideIcon;
  /** Opens it. */
  open: () => void;
  /** What can be done to it, on a second page of the palette. */
  actions?: () => readonly Command[];
}
