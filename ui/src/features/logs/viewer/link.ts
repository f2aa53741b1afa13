import { isMac } from "@/app/keys";
import { confirmList } from "@/components";
import { t } from "@/i18n/i18n";
import { platform } from "@/platform";
import { visibleText } from "../text/visible";

type Press = Pick<MouseEvent, "ctrlKey" | "metaKey" | "preventDefault" | "stopPropagation">;

/** Opens an address of a log: with the modifier key only, and after it was read in full. */
export async function openLink(address: string, event: Press): Promise<void> {
  if (!(isMac ? event.metaKey : event.ctrlKey)) return;
  event.preventDefault();
  event.stopPropagation();
  const { hostname } = new URL(address);
  const answer = await confirmList({
    title: t("logs-link-title", { host: visibleText(hostname) }),
    note: t("logs-link-note"),
    items: [{ name: visibleText(address) }],
    verb: t("logs-link-open"),
  });
  if (answer) await platform.openExternal(address);
}
