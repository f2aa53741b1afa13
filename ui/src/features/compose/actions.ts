import type { ComposeAction } from "@/bindings/ComposeAction";
import { confirmList, noticeError } from "@/components";
import { startTask } from "@/features/run/parts/tasks";
import { measure, sizes } from "@/features/volumes/sizes";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { call } from "@/rpc";
import { commandOf, downPlan, type Goes, type Project, specOf } from "./projects";

/** Begins an action as a task of the daemon. */
export async function act(
  project: Project,
  action: ComposeAction,
  services: readonly string[] = [],
): Promise<void> {
  await startTask(
    { kind: "compose", ...specOf(project, action, services) },
    t(`compose-${action}-failed`, { name: project.name }),
  );
}

function item(goes: Goes) {
  const detail = goes.others
    ? t("compose-goes-shared", { names: goes.others.join(", ") })
    : t(`compose-goes-${goes.what}`);
  const bytes =
    goes.what === "volume" ? (sizes().bytes.get(goes.name) ?? goes.bytes ?? null) : undefined;
  return { name: goes.name, detail, ...(bytes === undefined ? {} : { bytes }) };
}

/** Takes a project down after a list of exactly what goes. */
export async function down(project: Project): Promise<void> {
  const plan = (volumes: boolean) =>
    downPlan(
      project,
      {
        containers: model.containers.snapshot(),
        networks: model.networks.snapshot(),
        volumes: model.volumes.snapshot(),
      },
      volumes,
    );
  const all = plan(true);
  const volumes = all.filter(({ what }) => what === "volume").length;
  if (volumes > 0) {
    // Bytes are nice to know here and nothing to fail for.
    await measure().catch(() => undefined);
  }
  const answer = await confirmList({
    title: t("compose-down-ask", { name: project.name }),
    note: volumes > 0 ? t("compose-down-keeps", { count: volumes }) : t("compose-down-note"),
    items: (options) => plan(options.volumes === true).map(item),
    ...(volumes > 0
      ? {
          options: [
            {
              id: "volumes",
              label: t("compose-down-volumes"),
              hint: t("compose-down-volumes-hint"),
            },
          ],
        }
      : {}),
    verb: t("compose-down"),
    command: (options) => commandOf(project, options.volumes ? "down_volumes" : "down"),
  });
  if (answer) await act(project, answer.volumes ? "down_volumes" : "down");
}

/** Takes a project off the list; its file stays. */
export async function forget(project: Project): Promise<boolean> {
  try {
    await call("compose_forget", { id: project.name });
    return true;
  } catch (thrown) {
    noticeError(t("compose-forget-failed", { name: project.name }), thrown);
    return false;
  }
}
