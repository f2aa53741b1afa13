import { Box, Database } from "lucide-react";
import type { Container } from "@/bindings/Container";
import { type ConfirmItem, confirmList } from "@/components";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { removeNow } from "./actions";
import { isUp, shownState } from "./list/state";

/** So long sizes are waited for, in milliseconds. */
const SIZES_MS = 10_000;
/** The engine measures each of them: not for more than so many. */
const MOST_SIZES = 40;

/** Sizes of the writable layers, in bytes, of those that could be learned in time. */
async function writableSizes(rows: readonly Container[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (rows.length > MOST_SIZES) return sizes;
  const signal = AbortSignal.timeout(SIZES_MS);
  const ask = async (it: Container) => {
    type Sized = { SizeRw?: number };
    const found = await docker.get<Sized>(`/containers/${it.id}/json`, { size: true }, signal);
    if (typeof found?.SizeRw === "number") sizes.set(it.id, found.SizeRw);
  };
  await Promise.allSettled(rows.map(ask));
  return sizes;
}

/** Volumes without a name that only these containers use. */
function anonymousVolumes(rows: readonly Container[]): ConfirmItem[] {
  const going = new Set(rows.map((row) => row.id));
  const others = model.containers.snapshot().filter((it) => !going.has(it.id));
  const kept = new Set(others.flatMap((it) => it.mounts.map((mount) => mount.source)));
  const names = new Set(
    rows.flatMap((row) =>
      row.mounts.filter((mount) => mount.kind === "volume").map((mount) => mount.source),
    ),
  );
  return [...names].flatMap((name) => {
    const volume = model.volumes.get(name);
    if (!volume?.anonymous || kept.has(name)) return [];
    const detail = t("containers-remove-volume");
    return [{ name, detail, icon: Database, bytes: volume.size }];
  });
}

/** Shows what goes, asks, and removes it. */
export async function remove(rows: readonly Container[]): Promise<void> {
  const running = rows.filter(isUp).length;
  const volumes = anonymousVolumes(rows);
  const containers = (sizes: ReadonlyMap<string, number>): ConfirmItem[] =>
    rows.map((row) => ({
      name: row.name,
      detail: `${t(shownState(row).word, { code: row.exit_code ?? 0 })} · ${row.image}`,
      icon: Box,
      bytes: sizes.get(row.id) ?? null,
    }));
  const items = (sizes: ReadonlyMap<string, number>) => (chosen: Record<string, boolean>) => [
    ...containers(sizes),
    ...(chosen.volumes ? volumes : []),
  ];
  const names = rows.map((row) => row.name).join(" ");
  const options = await confirmList({
    title: t("containers-remove-title", { count: rows.length, name: rows[0]?.name ?? "" }),
    note: running > 0 ? t("containers-remove-running", { count: running }) : undefined,
    items: items(new Map()),
    later: writableSizes(rows).then(items),
    options:
      volumes.length > 0
        ? [
            {
              id: "volumes",
              label: t("containers-remove-volumes", { count: volumes.length }),
              hint: t("containers-remove-volumes-hint"),
            },
          ]
        : [],
    verb: t("containers-remove"),
    command: (chosen) =>
      `docker rm${running > 0 ? " -f" : ""}${chosen.volumes ? " -v" : ""} ${names}`,
  });
  if (options) await removeNow(rows, options.volumes ?? false);
}
