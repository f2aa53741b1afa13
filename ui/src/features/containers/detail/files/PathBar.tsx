import { ArrowUp, PencilLine } from "lucide-react";
import { useState } from "react";
import { IconButton, TextInput } from "@/components";
import { visibleText } from "@/features/logs/text/visible";
import { useT } from "@/i18n/i18n";
import styles from "./Files.module.css";
import { crumbs, join, parent } from "./paths";

export interface PathBarProps {
  path: string;
  onPath: (path: string) => void;
}

/** Where one is: each folder above can be gone to, or a path be written. */
export function PathBar({ path, onPath }: PathBarProps) {
  const t = useT();
  const [written, write] = useState<string>();
  if (written !== undefined) {
    return (
      <form
        className={styles.path}
        onSubmit={(event) => {
          event.preventDefault();
          write(undefined);
          onPath(join("/", written));
        }}
      >
        <TextInput
          mono
          className={styles.written}
          value={written}
          onChange={write}
          aria-label={t("detail-files-path")}
          autoFocus
          onBlur={() => write(undefined)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            write(undefined);
          }}
        />
      </form>
    );
  }
  const parts = crumbs(path);
  return (
    <nav className={styles.path} aria-label={t("detail-files-path")}>
      <IconButton
        small
        icon={ArrowUp}
        label={t("detail-files-up")}
        keys="Backspace"
        disabled={path === "/"}
        onClick={() => onPath(parent(path))}
      />
      <ol className={styles.crumbs}>
        {parts.map((part, at) => (
          <li key={part.path}>
            <button
              type="button"
              className={styles.crumb}
              aria-current={at === parts.length - 1 ? "location" : undefined}
              onClick={() => onPath(part.path)}
            >
              <bdi>{visibleText(part.name)}</bdi>
            </button>
            {at > 0 && at < parts.length - 1 && <span aria-hidden>/</span>}
          </li>
        ))}
      </ol>
      <IconButton
        small
        icon={PencilLine}
        label={t("detail-files-go")}
        onClick={() => write(path)}
      />
    </nav>
  );
}
