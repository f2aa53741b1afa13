import { quote } from "@/features/run/spec/shell";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { CallError } from "@/rpc/error";
import type { Target } from "./session";

/** Images with a shell and tools, by how much they bring. */
const IMAGES = ["berth/debug:latest", "busybox:latest", "alpine:latest"];

/** The image of a debug shell that is there. */
export function debugImage(tags: readonly string[]): string | undefined {
  return IMAGES.find((name) => tags.includes(name));
}

/** Makes a container beside another one, with its processes, network and volumes. */
export async function debugTarget(container: string): Promise<Target> {
  const tags = model.images.snapshot().flatMap((image) => image.tags);
  const image = debugImage(tags);
  if (!image) {
    const hint = t("detail-shell-debug-image", { image: "busybox" });
    throw new CallError("no_debug_image", t("detail-shell-debug-failed"), hint);
  }
  const { Id } = await docker.post<{ Id: string }>("/containers/create", {
    Image: image,
    Entrypoint: ["/bin/sh"],
    Cmd: [],
    Tty: true,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Labels: { "berth.debug": container },
    HostConfig: {
      AutoRemove: true,
      PidMode: `container:${container}`,
      NetworkMode: `container:${container}`,
      VolumesFrom: [container],
      CapAdd: ["SYS_PTRACE"],
    },
  });
  return { kind: "attach", container: Id, shell: "debug" };
}

/** The same by hand. */
export function debugCommand(name: string): string {
  const it = quote(name);
  const beside = `--pid container:${it} --network container:${it} --volumes-from ${it}`;
  return `docker run --rm -it ${beside} busybox`;
}
