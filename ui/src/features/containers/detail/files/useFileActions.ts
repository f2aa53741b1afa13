import { Copy, Download, FolderOpen, Pencil, Trash2 } from "lucide-react";
import type { RowAction } from "@/components";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import type { FileListProps } from "./FileList";
import type { FileItem } from "./listing";
import { join } from "./paths";
import { removeAsked, save } from "./work";

/** All that can be done to files of a folder. */
export function useFileActions(
  { place, folder, onRead }: Pick<FileListProps, "place" | "folder" | "onRead">,
  open: (item: FileItem) => Promise<void>,
  askName: (item: FileItem) => void,
): RowAction<FileItem>[] {
  const t = useT();
  const tools = place.shell !== undefined;
  const why = tools ? "" : ` (${t("detail-files-need-shell")})`;
  return [
    {
      id: "open",
      label: () => t("detail-files-open"),
      icon: FolderOpen,
      keys: "o",
      single: true,
      run: ([item]) => item && open(item),
    },
    {
      id: "download",
      label: () => t("detail-files-download"),
      icon: Download,
      keys: "d",
      single: true,
      quick: true,
      run: ([item]) => item && save(place, join(folder, item.name), item),
    },
    {
      id: "copy",
      label: () => t("detail-files-copy-path"),
      icon: Copy,
      keys: "c",
      run: (items) => platform.copy(items.map((it) => join(folder, it.name)).join("\n")),
    },
    {
      id: "rename",
      label: () => t("detail-files-rename") + why,
      icon: Pencil,
      keys: "F2",
      single: true,
      apart: true,
      can: () => tools,
      run: ([item]) => item && askName(item),
    },
    {
      id: "delete",
      label: () => t("detail-files-delete") + why,
      icon: Trash2,
      keys: "Delete",
      danger: true,
      bulk: true,
      can: () => tools,
      run: async (items) => {
        if (await removeAsked(place, folder, items)) onRead();
      },
    },
  ];
}
