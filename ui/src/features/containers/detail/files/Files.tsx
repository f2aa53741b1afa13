import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { go, useQueryParams } from "@/app/nav";
import { ErrorPanel, Skeleton } from "@/components";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { CallError } from "@/rpc/error";
import { marksIn } from "../logic/changes";
import type { TabProps } from "../tabs";
import { useChanges } from "../tabs/Changes";
import { list } from "./access";
import { FileList } from "./FileList";
import { FileView } from "./FileView";
import { join, parent } from "./paths";
import { usePlace } from "./usePlace";

/** The container's files: a folder, or one file of it. Which one stands in the address. */
export default function Files({ container }: TabProps) {
  const t = useT();
  const { path: wanted = "/", file } = useQueryParams();
  const folder = join("/", wanted);
  const place = usePlace(container);
  const changes = useChanges(container.id).data;
  const marks = useMemo(() => marksIn(changes ?? null, folder), [changes, folder]);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["container", container.id, "files", folder, place?.shell ?? ""],
    queryFn: async ({ signal }) => {
      if (!place) throw new CallError("unexpected", "");
      return list(docker, place, folder, signal);
    },
    enabled: place !== undefined,
  });
  const show = (path: string, name?: string) => {
    const query = new URLSearchParams(name === undefined ? { path } : { path, file: name });
    go(`/containers/${container.id}/files?${query}`);
  };
  if (file !== undefined && place) {
    const path = join(folder, file);
    return (
      <FileView
        key={path}
        place={place}
        path={path}
        onClose={() => show(folder)}
        onFolder={(at) => show(at)}
      />
    );
  }
  if (error && !data) {
    const gone = CallError.from(error).code === "no_folder";
    return (
      <ErrorPanel
        error={error}
        what={gone ? t("detail-files-missing", { path: folder }) : t("detail-files-failed")}
        action={{ label: t("detail-files-up"), run: () => show(parent(folder)) }}
      />
    );
  }
  if (!data || !place) return <Skeleton />;
  return (
    <FileList
      place={place}
      folder={folder}
      listing={data}
      marks={marks}
      busy={isFetching}
      onRead={() => void refetch()}
      onShow={show}
    />
  );
}
