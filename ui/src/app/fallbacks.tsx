import { Compass } from "lucide-react";
import { EmptyState, ErrorPanel } from "@/components";
import { useT } from "@/i18n/i18n";
import { CallError } from "@/rpc/error";
import { go } from "./nav";

/** Nothing is at this address. */
export function Missing() {
  const t = useT();
  return (
    <EmptyState
      icon={Compass}
      text={t("view-missing")}
      action={{ label: t("view-missing-go"), run: () => go("/containers") }}
    />
  );
}

/** A view threw while it was drawn. */
export function ViewFailed({ error, reset }: { error: unknown; reset: () => void }) {
  const t = useT();
  const known = CallError.from(error);
  const shown = new CallError(
    known.code,
    `${t("view-failed")} ${t("view-failed-why")}`,
    t("view-failed-fix"),
    `${known.message}\n${known.details ?? ""}`,
  );
  return <ErrorPanel error={shown} action={{ label: t("view-again"), run: reset }} />;
}
