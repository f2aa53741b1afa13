import { Checkbox, FormSection, Select, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import type { PortSpec } from "../spec/spec";
import { useForm } from "./context";
import { ListRows } from "./fields";
import styles from "./form.module.css";

const PROTOCOLS = (["tcp", "udp", "sctp"] as const).map((value) => ({ value, label: value }));
const FRESH: PortSpec = { hostIp: "", host: "", container: "", protocol: "tcp" };

/** Ports of the container that the host passes on. */
export function Ports() {
  const t = useT();
  const { spec, change } = useForm();
  return (
    <FormSection title={t("run-s-ports")} note={t("run-s-ports-note")}>
      <ListRows<PortSpec>
        field="ports"
        items={spec.ports}
        onChange={(ports) => change({ ports })}
        fresh={() => FRESH}
        addLabel={t("run-add-port")}
        removeLabel={t("run-remove-entry")}
        onFix={(_, host) => ({ host })}
      >
        {(port, put) => (
          <>
            <TextInput
              mono
              className={styles.port}
              aria-label={t("run-port-host")}
              fallback={t("run-port-any")}
              value={port.host}
              onChange={(host) => put({ host: host.trim() })}
            />
            <span className={styles.arrow} aria-hidden>
              →
            </span>
            <TextInput
              mono
              className={styles.port}
              aria-label={t("run-port-container")}
              fallback="80"
              value={port.container}
              onChange={(container) => put({ container: container.trim() })}
            />
            <Select
              className={styles.protocol}
              aria-label={t("run-port-protocol")}
              value={port.protocol}
              options={PROTOCOLS}
              onChange={(protocol) => put({ protocol })}
            />
            <TextInput
              mono
              className={styles.address}
              aria-label={t("run-port-address")}
              fallback={t("run-port-everywhere")}
              value={port.hostIp}
              onChange={(hostIp) => put({ hostIp: hostIp.trim() })}
            />
          </>
        )}
      </ListRows>
      <Checkbox
        checked={spec.publishAll}
        onChange={(publishAll) => change({ publishAll })}
        label={t("run-f-publishAll")}
      />
    </FormSection>
  );
}
