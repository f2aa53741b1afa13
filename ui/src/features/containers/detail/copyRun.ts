import { notice, noticeError } from "@/components";
import type { Inspected } from "@/features/run/spec/inspect";
import { t } from "@/i18n/i18n";
import { platform } from "@/platform";
import { docker } from "@/rpc";

/** The `docker run` that would make such a container. */
export async function runCommand(id: string): Promise<string> {
  const [{ specOfContainer }, { commandText }] = await Promise.all([
    import("@/features/run/spec/inspect"),
    import("@/features/run/spec/command"),
  ]);
  type Image = { Config?: Inspected["Config"] };
  const container = await docker.get<Inspected & { Image: string }>(`/containers/${id}/json`);
  const image = await docker.get<Image>(`/images/${container.Image}/json`).catch(() => undefined);
  return commandText(specOfContainer(container, { image: image?.Config, keepAnonymous: false }));
}

export async function copyRunCommand(id: string): Promise<void> {
  try {
    await platform.copy(await runCommand(id));
    notice("done", t("detail-run-copied"));
  } catch (thrown) {
    noticeError(t("detail-run-failed"), thrown);
  }
}
