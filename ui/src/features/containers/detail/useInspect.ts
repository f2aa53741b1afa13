import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Container } from "@/bindings/Container";
import { docker } from "@/rpc";
import type { Inspected } from "./logic/inspect";

/** Everything the engine says of a container; asked again when the model shows a change. */
export function useInspect(container: Container) {
  const { id, state, health, started, name } = container;
  return useQuery({
    queryKey: ["container", id, "inspect", state, health, started, name],
    queryFn: ({ signal }) => docker.get<Inspected>(`/containers/${id}/json`, undefined, signal),
    placeholderData: keepPreviousData,
  });
}
