import { go, useParams } from "@/app/nav";
import { Page, Tabs } from "@/components";
import { useT } from "@/i18n/i18n";
import { Look } from "./Look";
import { Machine } from "./Machine";

/** Everything that can be chosen: how Berth runs, and how it looks. */
export default function View() {
  const t = useT();
  const { section = "berth" } = useParams();
  return (
    <Page title={t("nav-settings")}>
      <Tabs
        label={t("nav-settings")}
        value={section}
        onChange={(next) => go(`/settings/${next}`)}
        tabs={[
          { id: "berth", label: t("settings-berth"), content: <Machine /> },
          { id: "look", label: t("settings-look"), content: <Look /> },
        ]}
      />
    </Page>
  );
}
