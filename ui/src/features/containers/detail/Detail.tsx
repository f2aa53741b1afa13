import { X } from "lucide-react";
import { IconButton, Page } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useOne } from "@/model";

export interface DetailProps {
  /** The whole ID. */
  id: string;
  /** From the address; the overview without. Others are reached by `go("/containers/ID/TAB")`. */
  tab: string | undefined;
  onClose: () => void;
}

/** One container. */
export default function Detail({ id, onClose }: DetailProps) {
  const t = useT();
  const container = useOne(model.containers, id);
  return (
    <Page
      title={container?.name ?? id.slice(0, 12)}
      tools={<IconButton icon={X} label={t("close")} keys="Escape" onClick={onClose} />}
    >
      {null}
    </Page>
  );
}
