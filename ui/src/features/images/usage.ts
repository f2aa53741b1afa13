import type { Container } from "@/bindings/Container";
import type { Image } from "@/bindings/Image";

/** Containers of each image, by the image's ID. */
export function usersOf(containers: readonly Container[]): Map<string, Container[]> {
  const users = new Map<string, Container[]>();
  for (const container of containers) {
    const list = users.get(container.image_id);
    if (list) list.push(container);
    else users.set(container.image_id, [container]);
  }
  return users;
}

/** Its first name, or that it has none. */
export function nameOf(image: Image): string {
  return image.tags[0] ?? image.digests[0]?.split("@", 1)[0] ?? "<none>";
}

export function isDangling(image: Image): boolean {
  return image.tags.length === 0;
}

/** What a prune removes: images that no container uses; dangling ones only unless `all`. */
export function unusedImages(
  images: readonly Image[],
  containers: readonly Container[],
  all: boolean,
): Image[] {
  const users = usersOf(containers);
  return images.filter((image) => !users.has(image.id) && (all || isDangling(image)));
}

/** Bytes that come back for certain: what is shared with an image that stays is not counted. */
export function freedAtLeast(images: readonly Image[]): number {
  return images.reduce((sum, image) => sum + Math.max(0, image.size - (image.shared ?? 0)), 0);
}
