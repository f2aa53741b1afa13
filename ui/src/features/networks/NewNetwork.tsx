import { useState } from "react";
import { go } from "@/app/nav";
import {
  Button,
  Checkbox,
  CommandBlock,
  Dialog,
  ErrorPanel,
  Field,
  Select,
  TextInput,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { docker } from "@/rpc";
import { commands, createBody, type Draft, EMPTY_DRAFT, problems } from "./usage";

const DRIVERS = ["bridge", "macvlan", "ipvlan", "overlay"].map((value) => ({
  value,
  label: value,
}));

/** Makes a network. */
export function NewNetwork({ onClose }: { onClose: () => void }) {
  const t = useT();
  const networks = useAll(model.networks);
  const [draft, setDraft] = useState<Draft>(EMPTY_DRAFT);
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const found = problems(draft, networks);
  const create = async () => {
    setTried(true);
    if (found.length > 0) return;
    setBusy(true);
    setError(undefined);
    try {
      const made = await docker.post<{ Id: string }>("/networks/create", createBody(draft));
      go(`/networks/${made.Id}`, { replace: true });
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  const of = (field: "name" | "subnet" | "gateway") => {
    const problem = found.find((it) => it.field === field);
    // Nobody is told that a name is missing before they had a chance to write one.
    if (!problem || (problem.id === "name-missing" && !tried)) return {};
    const { fix } = problem;
    return {
      error: t(`networks-${problem.id}`, problem.args),
      ...(fix
        ? { fix: { label: t("run-use", { value: fix }), run: () => change({ [field]: fix }) } }
        : {}),
    };
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("networks-new-title")}
      note={t("networks-new-note")}
      onSubmit={create}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy}>
            {t("networks-create")}
          </Button>
        </>
      }
    >
      {error !== undefined && (
        <ErrorPanel inline error={error} what={t("networks-create-failed")} />
      )}
      <Field label={t("networks-name")} {...of("name")}>
        {(control) => (
          <TextInput
            {...control}
            mono
            autoFocus
            value={draft.name}
            onChange={(name) => change({ name })}
          />
        )}
      </Field>
      <Field label={t("networks-driver")} hint={t(`networks-driver-${draft.driver}`)}>
        {(control) => (
          <Select
            {...control}
            value={draft.driver}
            options={DRIVERS}
            onChange={(driver) => change({ driver })}
          />
        )}
      </Field>
      <Field label={t("networks-subnet")} {...of("subnet")}>
        {(control) => (
          <TextInput
            {...control}
            mono
            value={draft.subnet}
            onChange={(subnet) => change({ subnet: subnet.trim() })}
            fallback={t("networks-subnet-chosen")}
          />
        )}
      </Field>
      <Field label={t("networks-gateway")} {...of("gateway")}>
        {(control) => (
          <TextInput
            {...control}
            mono
            value={draft.gateway}
            onChange={(gateway) => change({ gateway: gateway.trim() })}
            fallback={t("networks-gateway-first")}
          />
        )}
      </Field>
      <Checkbox
        checked={draft.internal}
        onChange={(internal) => change({ internal })}
        label={t("networks-internal-hint")}
      />
      <Checkbox
        checked={draft.ipv6}
        onChange={(ipv6) => change({ ipv6 })}
        label={t("networks-ipv6-hint")}
      />
      {draft.driver === "overlay" && (
        <Checkbox
          checked={draft.attachable}
          onChange={(attachable) => change({ attachable })}
          label={t("networks-attachable-hint")}
        />
      )}
      <CommandBlock wrap command={commands.create(draft)} />
    </Dialog>
  );
}
