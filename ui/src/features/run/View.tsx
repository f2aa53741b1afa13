import { useQueryParams } from "@/app/nav";
import { ErrorPanel, Page, Skeleton } from "@/components";
import { useT } from "@/i18n/i18n";
import { RunForm } from "./RunForm";
import { useStart } from "./useStart";

/** Runs a container, a second one like another, or a changed one in its place. */
export default function View() {
  const t = useT();
  const params = useQueryParams();
  const start = useStart(params);
  if (start.error) {
    return (
      <Page title={t("nav-run")} padded>
        <ErrorPanel
          error={start.error}
          what={t("run-load-failed")}
          action={{ label: t("view-again"), run: () => void start.refetch() }}
        />
      </Page>
    );
  }
  if (!start.data) {
    return (
      <Page title={t("nav-run")} padded>
        <Skeleton />
      </Page>
    );
  }
  const copied = params.duplicate ?? params.from;
  const kind = params.edit ? "edit" : copied ? "duplicate" : "new";
  const key = `${kind} ${params.edit ?? copied ?? params.image ?? ""}`;
  return <RunForm key={key} kind={kind} begin={start.data} paste={params.paste === "1"} />;
}
