import type { Container } from "@/bindings/Container";
import type { Volume } from "@/bindings/Volume";
import { confirmList, eachTold, notice, noticeError } from "@/components";
import { startTask } from "@/features/run/parts/tasks";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { measure, sizes } from "./sizes";
import { commands, prunable, type Use, usesOf } from "./usage";

/** How big it is, by whoever knows. */
export function sizeOf(volume: Volume): number | null {
  return sizes().bytes.get(volume.name) ?? volume.size;
}

function uses(): ReadonlyMap<string, readonly Use[]> {
  return usesOf(model.containers.snapshot());
}

function item(volume: Volume, detail: string) {
  return { name: volume.name, detail, bytes: sizeOf(volume) };
}

function removeEach(volumes: readonly Volume[]) {
  return eachTold(
    volumes,
    (volume) => docker.delete(`/volumes/${encodeURIComponent(volume.name)}`),
    {
      nameOf: (volume) => volume.name,
      done: (names) => t("volumes-removed", { count: names.length, name: names[0] ?? "" }),
      failed: (names, of) =>
        t("volumes-remove-failed", { count: names.length, of, name: names[0] ?? "" }),
    },
  );
}

/** Removes volumes after a list of exactly what goes. Those in use stay. */
export async function removeVolumes(volumes: readonly Volume[]): Promise<void> {
  const used = uses();
  const free = volumes.filter(({ name }) => !used.has(name));
  const kept = volumes.length - free.length;
  if (free.length === 0) return;
  const answer = await confirmList({
    title: t("volumes-remove-ask", { count: free.length, name: free[0]?.name ?? "" }),
    note: kept > 0 ? t("volumes-remove-kept", { count: kept }) : t("volumes-remove-note"),
    items: free.map((volume) => item(volume, volume.driver)),
    verb: t("volumes-remove-verb"),
    command: commands.remove(free.map(({ name }) => name)),
  });
  if (answer) await removeEach(free);
}

/** Removes what nobody uses, after a preview with sizes. */
export async function pruneVolumes(): Promise<void> {
  try {
    await measure();
  } catch (thrown) {
    noticeError(t("volumes-measure-failed"), thrown);
  }
  const list = (named: boolean) => prunable(model.volumes.snapshot(), uses(), named);
  if (list(true).length === 0) {
    notice("info", t("volumes-prune-none"));
    return;
  }
  // With nothing but named ones there, an empty list would hide what the choice is about.
  const answer = await confirmList({
    title: t("volumes-prune-ask"),
    note: t("volumes-prune-note"),
    options: [
      {
        id: "named",
        label: t("volumes-prune-named"),
        hint: t("volumes-prune-named-hint"),
        checked: list(false).length === 0,
      },
    ],
    items: (options) =>
      list(options.named === true).map((volume) =>
        item(volume, volume.anonymous ? t("volumes-anonymous") : t("volumes-named")),
      ),
    verb: t("volumes-remove-verb"),
    command: (options) => commands.prune(options.named === true),
  });
  if (answer) await removeEach(list(answer.named === true));
}

/** Removes every file in it. The name must be written: nothing brings them back. */
export async function emptyVolume(volume: Volume): Promise<void> {
  const users = uses().get(volume.name) ?? [];
  const running = users.filter(({ container }) => isActive(container));
  const answer = await confirmList({
    title: t("volumes-empty-ask", { name: volume.name }),
    note:
      running.length > 0
        ? t("volumes-empty-used", { names: running.map((it) => it.container.name).join(", ") })
        : t("volumes-empty-note"),
    items: [item(volume, t("volumes-empty-detail"))],
    typed: volume.name,
    verb: t("volumes-empty-verb"),
    command: commands.empty(volume.name),
  });
  if (!answer) return;
  await startTask(
    { kind: "empty_volume", volume: volume.name },
    t("volumes-empty-failed", { name: volume.name }),
  );
}

function isActive(container: Container): boolean {
  return container.state === "running" || container.state === "paused";
}

export async function measureTold(): Promise<void> {
  try {
    await measure();
  } catch (thrown) {
    noticeError(t("volumes-measure-failed"), thrown);
  }
}
