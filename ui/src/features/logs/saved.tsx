import { Bookmark, Link2, X } from "lucide-react";
import { useState } from "react";
import { go } from "@/app/nav";
import { usePref } from "@/app/prefs";
import { Button, Dialog, Field, type MenuEntry, notice, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";

interface Saved {
  name: string;
  /** The view's address, with all that was chosen. */
  path: string;
}

const NONE: readonly Saved[] = [];

/** Searches that are kept by name, as entries of a menu and the dialog that makes one. */
export function useSaved(path: string) {
  const t = useT();
  const [saved, setSaved] = usePref<readonly Saved[]>("logs.saved", NONE);
  const [name, setName] = useState<string>();
  const submit = () => {
    if (!name) return;
    setSaved([...saved.filter((it) => it.name !== name), { name, path }]);
    setName(undefined);
  };
  const copyLink = async () => {
    const { origin } = await platform.credentials();
    const link = `${origin}/#${path}`;
    await platform.copy(link);
    notice("done", t("logs-link-copied"));
  };
  const entries: MenuEntry[] = [
    {
      id: "saved",
      label: t("logs-saved"),
      icon: Bookmark,
      entries:
        saved.length === 0
          ? [{ id: "none", label: t("logs-saved-none"), disabled: true }]
          : [
              ...saved.map((it) => ({
                id: `go-${it.name}`,
                label: it.name,
                run: () => go(it.path),
              })),
              "-" as const,
              ...saved.map((it) => ({
                id: `remove-${it.name}`,
                label: t("logs-saved-remove", { name: it.name }),
                icon: X,
                run: () => setSaved(saved.filter((other) => other !== it)),
              })),
            ],
    },
    { id: "save", label: t("logs-save-search"), run: () => setName("") },
    { id: "link", label: t("logs-copy-link"), icon: Link2, run: copyLink },
  ];
  const dialog = (
    <Dialog
      open={name !== undefined}
      onClose={() => setName(undefined)}
      onSubmit={submit}
      title={t("logs-save-search")}
      actions={
        <Button type="submit" look="primary" disabled={!name}>
          {t("logs-save")}
        </Button>
      }
    >
      <Field label={t("logs-save-name")} hint={t("logs-save-hint")}>
        {(control) => <TextInput {...control} value={name ?? ""} onChange={setName} autoFocus />}
      </Field>
    </Dialog>
  );
  return { entries, dialog };
}
