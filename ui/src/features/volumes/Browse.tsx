import { useQuery } from "@tanstack/react-query";
import { FolderOpen } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { go, useQueryParams } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { EmptyState, ErrorPanel, Skeleton } from "@/components";
import { list, type Place } from "@/features/containers/detail/files/access";
import { FileList } from "@/features/containers/detail/files/FileList";
import { FileView } from "@/features/containers/detail/files/FileView";
import { join } from "@/features/containers/detail/files/paths";
import { usePlace } from "@/features/containers/detail/files/usePlace";
import { useT } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { makeHelper, ROOT, removeHelper } from "./helper";
import type { Use } from "./usage";
import { commands } from "./usage";
import { within } from "./within";

export interface BrowseProps {
  name: string;
  uses: readonly Use[];
}

const NO_MARKS = new Map<string, never>();

/** The files in a volume, by way of a container that mounts it. */
export function Browse({ name, uses }: BrowseProps) {
  // One that runs lists by its shell, which is faster; a stopped one by its archive.
  const use = uses.find(({ container }) => container.state === "running") ?? uses[0];
  if (use)
    return (
      <ByContainer key={use.container.id} name={name} container={use.container} root={use.target} />
    );
  return <ByHelper name={name} />;
}

function ByContainer({
  name,
  container,
  root,
}: {
  name: string;
  container: Container;
  root: string;
}) {
  const place = usePlace(container);
  if (!place) return <Skeleton />;
  return <Tree name={name} place={place} root={root} />;
}

function ByHelper({ name }: { name: string }) {
  const t = useT();
  const [id, setId] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const made = useRef<string>(undefined);
  useEffect(() => {
    const leave = () => {
      if (made.current) void removeHelper(made.current);
      made.current = undefined;
    };
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, []);
  const begin = async () => {
    if (busy) return;
    setBusy(true);
    setError(undefined);
    try {
      made.current = await makeHelper(name, model.images.snapshot());
      setId(made.current);
    } catch (thrown) {
      setError(thrown);
    }
    setBusy(false);
  };
  if (error !== undefined) {
    return (
      <ErrorPanel
        error={error}
        what={t("volumes-browse-failed")}
        action={{ label: t("view-again"), run: () => void begin() }}
      />
    );
  }
  if (busy) return <Skeleton />;
  if (id) return <Tree name={name} place={{ container: id, shell: undefined }} root={ROOT} />;
  return (
    <EmptyState
      icon={FolderOpen}
      text={t("volumes-browse-helper")}
      command={commands.browse(name)}
      action={{ label: t("volumes-browse"), icon: FolderOpen, run: () => void begin() }}
    />
  );
}

function Tree({ name, place, root }: { name: string; place: Place; root: string }) {
  const t = useT();
  const { path, file } = useQueryParams();
  const folder = within(root, path ?? root);
  const query = useQuery({
    queryKey: ["volume", name, place.container, place.shell ?? "", folder],
    queryFn: ({ signal }) => list(docker, place, folder, signal),
  });
  const show = (to: string, opened?: string) => {
    const params = new URLSearchParams({ path: within(root, to) });
    if (opened !== undefined) params.set("file", opened);
    go(`/volumes/${encodeURIComponent(name)}/files?${params}`);
  };
  if (file !== undefined) {
    const full = join(folder, file);
    return (
      <FileView key={full} place={place} path={full} onClose={() => show(folder)} onFolder={show} />
    );
  }
  if (query.error && !query.data) {
    return (
      <ErrorPanel
        error={query.error}
        what={t("volumes-browse-failed")}
        action={{ label: t("view-again"), run: () => void query.refetch() }}
      />
    );
  }
  if (!query.data) return <Skeleton />;
  return (
    <FileList
      place={place}
      folder={folder}
      listing={query.data}
      marks={NO_MARKS}
      busy={query.isFetching}
      onRead={() => void query.refetch()}
      onShow={show}
    />
  );
}
