import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useContainers } from "@/features/run/parts/containers";
import { useConnection } from "@/model";
import { call } from "@/rpc";
import { type Project, projectsOf } from "./projects";

const NONE: readonly never[] = [];
const KEY = ["compose_projects"];

/** All projects, live; files are looked at again with every change of who belongs to what. */
export function useProjects(): { projects: Project[]; loading: boolean; error: unknown } {
  const containers = useContainers();
  const connection = useConnection();
  const names = useMemo(
    () => [...new Set(containers.map((it) => it.project?.project ?? ""))].sort().join("\n"),
    [containers],
  );
  const query = useQuery({
    queryKey: [...KEY, names],
    queryFn: () => call("compose_projects"),
    enabled: connection === "open",
    placeholderData: (before) => before,
  });
  const listed = query.data ?? NONE;
  const projects = useMemo(() => projectsOf(containers, listed), [containers, listed]);
  return { projects, loading: query.isPending, error: query.error };
}
