import { useQuery } from "@tanstack/react-query";
import { docker } from "@/rpc";

interface DiskUsage {
  Images: { Id: string; Size: number; SharedSize: number }[] | null;
}

const NOTHING: ReadonlyMap<string, number> = new Map();

/** Bytes that each image shares with others, by its ID; the engine counts them when asked. */
export function useShared(): ReadonlyMap<string, number> {
  const usage = useQuery({
    queryKey: ["images", "shared"],
    staleTime: 60_000,
    queryFn: async ({ signal }) => {
      const { Images } = await docker.get<DiskUsage>("/system/df", { type: "image" }, signal);
      return new Map((Images ?? []).map((it) => [it.Id, Math.max(0, it.SharedSize)] as const));
    },
  });
  return usage.data ?? NOTHING;
}
