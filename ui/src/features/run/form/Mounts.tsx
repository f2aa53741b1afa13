import { Checkbox, FormSection, Select, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { PathField } from "../parts/HostPicker";
import type { MountSpec } from "../spec/spec";
import { useForm } from "./context";
import { ListRows, Offers } from "./fields";
import styles from "./form.module.css";

const FRESH: MountSpec = {
  kind: "volume",
  source: "",
  target: "",
  readOnly: false,
  options: "",
  long: false,
};

/** Folders of the host, volumes, and memory in the container's files. */
export function Mounts() {
  const t = useT();
  const { spec, change } = useForm();
  const volumes = useAll(model.volumes);
  const kinds = (["bind", "volume", "tmpfs"] as const).map((value) => ({
    value,
    label: t(`run-mount-${value}`),
  }));
  return (
    <FormSection title={t("run-s-mounts")} note={t("run-s-mounts-note")}>
      <Offers
        id="run-volumes"
        values={volumes.filter((it) => !it.anonymous).map(({ name }) => name)}
      />
      <ListRows<MountSpec>
        field="mounts"
        items={spec.mounts}
        onChange={(mounts) => change({ mounts })}
        fresh={() => FRESH}
        addLabel={t("run-add-mount")}
        removeLabel={t("run-remove-entry")}
        onFix={(_, target) => ({ target })}
      >
        {(mount, put) => (
          <>
            <Select
              className={styles.kind}
              aria-label={t("run-mount-kind")}
              value={mount.kind}
              options={kinds}
              onChange={(kind) => put({ kind, source: "", options: "", long: false })}
            />
            <Source mount={mount} put={put} />
            <span className={styles.arrow} aria-hidden>
              →
            </span>
            <TextInput
              mono
              className={styles.grow}
              aria-label={t("run-mount-target")}
              fallback="/data"
              value={mount.target}
              onChange={(target) => put({ target })}
            />
            <Checkbox
              checked={mount.readOnly}
              onChange={(readOnly) => put({ readOnly })}
              label={t("run-mount-read-only")}
            />
          </>
        )}
      </ListRows>
    </FormSection>
  );
}

function Source({ mount, put }: { mount: MountSpec; put: (part: Partial<MountSpec>) => void }) {
  const t = useT();
  if (mount.kind === "tmpfs") {
    return (
      <TextInput
        mono
        className={styles.grow}
        aria-label={t("run-mount-options")}
        fallback="size=64m"
        value={mount.options}
        onChange={(options) => put({ options })}
      />
    );
  }
  if (mount.kind === "volume") {
    return (
      <TextInput
        mono
        className={styles.grow}
        list="run-volumes"
        aria-label={t("run-mount-volume")}
        fallback={t("run-mount-anonymous")}
        value={mount.source}
        onChange={(source) => put({ source: source.trim() })}
      />
    );
  }
  return (
    <span className={styles.grow}>
      <PathField
        what="any"
        title={t("run-mount-choose")}
        aria-label={t("run-mount-folder")}
        fallback="/home/me/project"
        value={mount.source}
        onChange={(source) => put({ source })}
      />
    </span>
  );
}
