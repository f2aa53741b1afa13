import { FolderOpen } from "lucide-react";
import { EmptyState } from "@/components";
import { useT } from "@/i18n/i18n";
import { commands, type Use } from "./usage";

export interface BrowseProps {
  name: string;
  uses: readonly Use[];
}

/** The files in a volume. */
export function Browse({ name }: BrowseProps) {
  const t = useT();
  return (
    <EmptyState icon={FolderOpen} text={t("volumes-browse-soon")} command={commands.browse(name)} />
  );
}
