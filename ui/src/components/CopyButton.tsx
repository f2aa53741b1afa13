import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import { Button, IconButton } from "./Button";

export interface CopyButtonProps {
  /** What to copy, or how to get it. */
  text: string | (() => string);
  /** What it is called; "Copy" without. */
  label?: string;
  /** With its name beside the icon. */
  wide?: boolean;
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label, wide = false }: CopyButtonProps) {
  const t = useT();
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 1600);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    await platform.copy(typeof text === "function" ? text() : text);
    setDone(true);
  };
  const name = done ? t("copy-done") : (label ?? t("copy"));
  const icon = done ? Check : Copy;
  if (wide) {
    return (
      <Button look="plain" icon={icon} onClick={copy}>
        {name}
      </Button>
    );
  }
  return <IconButton small icon={icon} label={name} onClick={copy} />;
}
