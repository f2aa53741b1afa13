import type { RefObject } from "react";
import { Button, ProgressBar, useDelayed } from "@/components";
import { useT } from "@/i18n/i18n";
import { chosen, type Upload } from "./drop";
import styles from "./Files.module.css";

/** An upload that takes a while, with a way out. */
export function Sending({ count, stop }: { count: number; stop: () => void }) {
  const t = useT();
  const late = useDelayed(true, 300);
  if (!late) return null;
  return (
    <div className={styles.sending} role="status">
      <span>{t("detail-files-uploading", { count })}</span>
      <ProgressBar value={null} label={t("detail-files-uploading", { count })} />
      <Button look="quiet" onClick={stop}>
        {t("cancel")}
      </Button>
    </div>
  );
}

interface PickerProps {
  input: RefObject<HTMLInputElement | null>;
  folders?: boolean;
  onChosen: (uploads: readonly Upload[]) => Promise<void>;
}

/** The browser's own dialog; never seen itself. */
export function Picker({ input, folders = false, onChosen }: PickerProps) {
  const t = useT();
  const directory = folders ? { webkitdirectory: "" } : {};
  return (
    <input
      ref={input}
      type="file"
      multiple
      hidden
      aria-label={t(folders ? "detail-files-upload-folder" : "detail-files-upload")}
      {...directory}
      onChange={(event) => {
        const { files } = event.target;
        if (files) void onChosen(chosen(files));
        event.target.value = "";
      }}
    />
  );
}
