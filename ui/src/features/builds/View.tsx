import { Hammer } from "lucide-react";
import { EmptyState, Page } from "@/components";
import { useT } from "@/i18n/i18n";

export default function View() {
  const t = useT();
  return (
    <Page title={t("nav-builds")}>
      <EmptyState icon={Hammer} text={t("view-unfinished")} />
    </Page>
  );
}
