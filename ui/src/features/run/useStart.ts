import { useQuery } from "@tanstack/react-query";
import { model } from "@/model";
import { docker } from "@/rpc";
import { duplicate, type Inspected, specOfContainer } from "./spec/inspect";
import { type JsonObject, NEW, type RunSpec } from "./spec/spec";

export type Source = Inspected & {
  Image: string;
  State: { Running: boolean };
};

export interface Begin {
  /** What the form begins with. */
  spec: RunSpec;
  /** The container that is replaced. */
  old?: Source;
}

/** What the address asks for: `?image=`, `?edit=ID`, `?duplicate=ID` (or `?from=ID`). */
export function useStart(params: Record<string, string>) {
  const { image, edit } = params;
  const copied = params.duplicate ?? params.from;
  const id = edit ?? copied;
  return useQuery<Begin>({
    queryKey: ["run", id ?? "", edit !== undefined, image ?? ""],
    queryFn: () => (id ? load(id, edit !== undefined) : { spec: { ...NEW, image: image ?? "" } }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
}

async function load(id: string, edit: boolean): Promise<Begin> {
  const container = await docker.get<Source>(`/containers/${encodeURIComponent(id)}/json`);
  const [image, info] = await Promise.all([
    // Without its image nothing can be left out, which is longer but not wrong.
    docker
      .get<{ Config?: JsonObject | null }>(`/images/${encodeURIComponent(container.Image)}/json`)
      .catch(() => undefined),
    docker.get<{ LoggingDriver?: string }>("/info").catch(() => undefined),
  ]);
  const spec = specOfContainer(container, {
    image: image?.Config ?? undefined,
    logDriver: info?.LoggingDriver,
    keepAnonymous: edit,
  });
  if (edit) return { spec, old: container };
  const names = new Set(model.containers.snapshot().map(({ name }) => name));
  return { spec: duplicate(spec, (name) => names.has(name)) };
}
