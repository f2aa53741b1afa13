import { useQuery } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { go, useParams } from "@/app/nav";
import { Button, CopyButton, ErrorPanel, Page, Skeleton, Tabs } from "@/components";
import { useT } from "@/i18n/i18n";
import { call } from "@/rpc";
import { Checks } from "./Checks";
import { reportText, summary } from "./report";
import { SystemLogs } from "./SystemLogs";

/** What Berth finds when it examines itself, and what its parts wrote. */
export default function View() {
  const t = useT();
  const { tab = "checks" } = useParams();
  const doctor = useQuery({ queryKey: ["doctor"], queryFn: () => call("doctor"), gcTime: 0 });
  const report = doctor.data;
  const checks = doctor.isError ? (
    <ErrorPanel error={doctor.error} what={t("diagnostics-failed")} />
  ) : report ? (
    <Checks checks={report.checks} />
  ) : (
    <Skeleton lines={9} />
  );
  return (
    <Page
      title={t("nav-diagnostics")}
      note={report && t("diagnostics-summary", summary(report.checks))}
      tools={
        <>
          {report && (
            <CopyButton
              wide
              label={t("diagnostics-copy")}
              text={() => reportText(report.checks, navigator.userAgent)}
            />
          )}
          <Button icon={RotateCw} busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
            {t("diagnostics-again")}
          </Button>
        </>
      }
    >
      <Tabs
        label={t("nav-diagnostics")}
        value={tab}
        onChange={(next) => go(next === "checks" ? "/diagnostics" : `/diagnostics/${next}`)}
        tabs={[
          { id: "checks", label: t("diagnostics-checks"), content: checks },
          { id: "logs", label: t("diagnostics-logs"), content: <SystemLogs /> },
        ]}
      />
    </Page>
  );
}
