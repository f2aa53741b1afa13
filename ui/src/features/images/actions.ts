import { Copy, Download, Play, Save, Tag, Trash2, Upload } from "lucide-react";
import { eachTold } from "@/app/bulk";
import { confirmList } from "@/app/confirm";
import { go } from "@/app/nav";
import { notice, noticeError } from "@/app/notices";
import type { Image } from "@/bindings/Image";
import type { RowAction } from "@/components";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { platform } from "@/platform";
import { call, docker } from "@/rpc";
import { shortId } from "./reference";
import { freedAtLeast, nameOf, unusedImages, usersOf } from "./usage";

/** What is asked in a dialog of the view. */
export type Asked =
  | { kind: "pull" }
  | { kind: "tag" | "push"; image: Image }
  | { kind: "save"; images: readonly Image[] };

export async function pull(reference: string, platformName: string | null = null): Promise<void> {
  await call("task_start", { kind: "pull", reference, platform: platformName });
}

async function pullAgain(images: readonly Image[]): Promise<void> {
  for (const reference of images.flatMap((image) => image.tags)) {
    try {
      await pull(reference);
    } catch (thrown) {
      noticeError(t("images-pull-failed", { name: reference }), thrown);
    }
  }
}

/** Removes every name, and with the last one the image; without names, the image itself. */
async function remove(image: Image): Promise<void> {
  const names = image.tags.length > 0 ? image.tags : [image.id];
  for (const name of names) await docker.delete(`/images/${encodeURIComponent(name)}`);
}

export function removeCommand(images: readonly Image[]): string {
  const names = images.flatMap((it) => (it.tags.length > 0 ? it.tags : [shortId(it.id)]));
  return `docker image rm ${names.join(" ")}`;
}

/** Lists what goes and what keeps the others, then removes. */
export async function askRemove(
  images: readonly Image[],
  shared: ReadonlyMap<string, number>,
): Promise<void> {
  const users = usersOf(model.containers.snapshot());
  const free = images.filter((image) => !users.has(image.id));
  const kept = images.length - free.length;
  if (free.length === 0) {
    const names = (users.get(images[0]?.id ?? "") ?? []).map((it) => it.name);
    notice("info", t("images-remove-used", { count: kept }), { lines: names });
    return;
  }
  const sure = await confirmList({
    title: t("images-remove-title", { count: free.length }),
    note: kept > 0 ? t("images-remove-kept", { count: kept }) : undefined,
    items: free.map((image) => item(image, shared)),
    verb: t("images-remove"),
    command: removeCommand(free),
  });
  if (!sure) return;
  await eachTold(free, remove, {
    nameOf,
    done: (names) => t("images-removed", { count: names.length, name: names[0] ?? "" }),
    failed: (names, of) => t("images-remove-failed", { count: names.length, of }),
  });
}

function item(image: Image, shared: ReadonlyMap<string, number>) {
  const names = image.tags.length > 1 ? image.tags.slice(1).join(", ") : shortId(image.id);
  return {
    name: nameOf(image),
    detail: names,
    bytes: freedAtLeast([{ ...image, shared: shared.get(image.id) ?? image.shared }]),
  };
}

/** Previews a prune and does exactly that. */
export async function askPrune(all: boolean, shared: ReadonlyMap<string, number>): Promise<void> {
  const images = unusedImages(model.images.snapshot(), model.containers.snapshot(), all);
  if (images.length === 0) {
    notice("info", t(all ? "images-prune-none-all" : "images-prune-none"));
    return;
  }
  const sure = await confirmList({
    title: t("images-prune-title", { count: images.length }),
    note: t(all ? "images-prune-note-all" : "images-prune-note"),
    items: images.map((image) => item(image, shared)),
    verb: t("images-remove"),
    command: all ? "docker image prune --all" : "docker image prune",
  });
  if (!sure) return;
  const items = images.map((image) => ({ what: "image" as const, id: image.id }));
  try {
    await call("task_start", { kind: "clean_up", items });
  } catch (thrown) {
    noticeError(t("images-prune-failed"), thrown);
  }
}

/** What can be done to images: menu, keys and bulk bar. */
export function imageActions(
  ask: (asked: Asked) => void,
  shared: () => ReadonlyMap<string, number>,
): readonly RowAction<Image>[] {
  const named = (images: readonly Image[]) => images.some((image) => image.tags.length > 0);
  const one = (run: (image: Image) => void) => (images: readonly Image[]) => {
    const [image] = images;
    if (image) run(image);
  };
  return [
    {
      id: "run",
      label: () => t("images-run"),
      icon: Play,
      keys: "r",
      single: true,
      quick: true,
      run: one((image) => go(`/run?image=${encodeURIComponent(image.tags[0] ?? image.id)}`)),
    },
    {
      id: "pull",
      label: () => t("images-pull-again"),
      icon: Download,
      keys: "p",
      bulk: true,
      can: named,
      run: (images) => void pullAgain(images),
    },
    {
      id: "push",
      label: () => t("images-push"),
      icon: Upload,
      keys: "shift+P",
      single: true,
      can: named,
      run: one((image) => ask({ kind: "push", image })),
    },
    {
      id: "tag",
      label: () => t("images-tag"),
      icon: Tag,
      keys: "e",
      single: true,
      run: one((image) => ask({ kind: "tag", image })),
    },
    {
      id: "save",
      label: () => t("images-save"),
      icon: Save,
      bulk: true,
      run: (images) => ask({ kind: "save", images }),
    },
    {
      id: "copy",
      label: () => t("images-copy-name"),
      icon: Copy,
      keys: "c",
      apart: true,
      run: (images) => void platform.copy(images.map(nameOf).join("\n")),
    },
    {
      id: "remove",
      label: (count) => t("images-remove-n", { count }),
      icon: Trash2,
      keys: "Delete",
      danger: true,
      apart: true,
      bulk: true,
      run: (images) => askRemove(images, shared()),
    },
  ];
}
