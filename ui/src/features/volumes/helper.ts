/** A stopped container that mounts a volume, so that the engine can read the files in it. */
import type { Image } from "@/bindings/Image";
import { docker } from "@/rpc";
import { CallError } from "@/rpc/error";

/** Where the volume is in it. */
export const ROOT = "/volume";
const LABEL = "dev.berth.browses-volume";
/** Older ones were forgotten by a page that was closed. */
const STALE_SECONDS = 3600;

interface Listed {
  Id: string;
  Created: number;
}

/** Any image will do, since nothing of it runs: the smallest there is. */
export function helperImage(images: readonly Pick<Image, "id" | "size">[]): string | undefined {
  const [smallest] = [...images].sort((a, b) => a.size - b.size);
  return smallest?.id;
}

/** Makes one; its ID. */
export async function makeHelper(volume: string, images: readonly Image[]): Promise<string> {
  const image = helperImage(images);
  if (image === undefined) {
    throw new CallError(
      "no_image",
      "Nothing mounts this volume, and there is no image to mount it with.",
      "Pull any image first, such as busybox.",
    );
  }
  void removeStale();
  const { Id } = await docker.post<{ Id: string }>("/containers/create", {
    Image: image,
    // Never started; an image without a command can't be made a container of without one.
    Cmd: ["true"],
    Labels: { [LABEL]: volume },
    NetworkDisabled: true,
    HostConfig: { Mounts: [{ Type: "volume", Source: volume, Target: ROOT }], NetworkMode: "none" },
  });
  return Id;
}

/** The volume stays: it is no anonymous one of the helper's. */
export async function removeHelper(id: string): Promise<void> {
  await docker.delete(`/containers/${id}`, { force: true }).catch(() => undefined);
}

async function removeStale(): Promise<void> {
  const filters = { label: [LABEL] };
  const list = await docker
    .get<Listed[]>("/containers/json", { all: true, filters })
    .catch((): Listed[] => []);
  const now = Date.now() / 1000;
  await Promise.all(
    list.filter(({ Created }) => now - Created > STALE_SECONDS).map(({ Id }) => removeHelper(Id)),
  );
}

/** True for our own helpers, which are nobody's users of a volume. */
export function isHelper(labels: Readonly<Record<string, string | undefined>>): boolean {
  return labels[LABEL] !== undefined;
}
