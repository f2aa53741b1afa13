import { ScrollText } from "lucide-react";
import { useMemo } from "react";
import { go, useQueryParams } from "@/app/nav";
import { EmptyState } from "@/components";
import { sourceOf } from "@/features/logs/choice";
import { LogViewer } from "@/features/logs/viewer/LogViewer";
import { fromParams, type Search, toParams } from "@/features/logs/viewer/search";
import { useT } from "@/i18n/i18n";
import { isUp } from "../../list/state";
import type { TabProps } from "../tabs";

/** The lines of one container; what is searched stands in the address. */
export default function Logs({ container }: TabProps) {
  const t = useT();
  const params = useQueryParams();
  const key = JSON.stringify(params);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the parameters are new objects each time
  const search = useMemo(() => fromParams(params), [key]);
  const { id, name, project } = container;
  // biome-ignore lint/correctness/useExhaustiveDependencies: other changes of the container don't matter
  const sources = useMemo(() => [sourceOf(container)], [id, name, project?.service]);
  const show = (next: Search) => {
    const query = new URLSearchParams(toParams(next)).toString();
    go(`/containers/${id}/logs${query === "" ? "" : `?${query}`}`, { replace: true });
  };
  return (
    <LogViewer
      title={name}
      sources={sources}
      subject={id}
      search={search}
      onSearch={show}
      empty={
        <EmptyState
          icon={ScrollText}
          text={t(isUp(container) ? "logs-silent" : "detail-logs-none")}
          command={isUp(container) ? undefined : `docker start ${name}`}
        />
      }
    />
  );
}
