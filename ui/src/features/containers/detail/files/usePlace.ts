import { useQuery } from "@tanstack/react-query";
import type { Container } from "@/bindings/Container";
import { docker } from "@/rpc";
import { findShell } from "../logic/shell";
import type { Place } from "./access";

/** How the container's files are reached; `undefined` until that is known. */
export function usePlace(container: Container): Place | undefined {
  const { id, state } = container;
  const running = state === "running";
  const { data } = useQuery({
    queryKey: ["container", id, "shell", running],
    queryFn: async () => (running ? ((await findShell(docker, id)) ?? null) : null),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data === undefined ? undefined : { container: id, shell: data ?? undefined };
}
