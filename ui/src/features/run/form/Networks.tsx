import { FormSection, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import type { NetworkSpec } from "../spec/spec";
import { useForm } from "./context";
import { ListRows, Offers, useProblem } from "./fields";
import styles from "./form.module.css";

const FRESH: NetworkSpec = { name: "", aliases: [], ipv4: "", ipv6: "" };

/** Networks that it is on. */
export function Networks() {
  const t = useT();
  const { spec, change, problem } = useForm();
  const say = useProblem();
  const names = useAll(model.networks).map(({ name }) => name);
  const mild = problem("ports");
  return (
    <FormSection title={t("run-s-network")} note={t("run-s-network-note")}>
      <Offers id="run-networks" values={names} />
      <ListRows<NetworkSpec>
        field="networks"
        items={spec.networks}
        onChange={(networks) => change({ networks })}
        fresh={() => FRESH}
        addLabel={t("run-add-network")}
        removeLabel={t("run-remove-entry")}
      >
        {(network, put) => (
          <>
            <TextInput
              mono
              className={styles.grow}
              list="run-networks"
              aria-label={t("run-network-name")}
              fallback="bridge"
              value={network.name}
              onChange={(name) => put({ name: name.trim() })}
            />
            <TextInput
              mono
              className={styles.grow}
              aria-label={t("run-network-aliases")}
              fallback={t("run-network-aliases")}
              value={network.aliases.join(" ")}
              onChange={(text) =>
                put({ aliases: text.split(/[\s,]+/).filter((it, at) => it !== "" || at > 0) })
              }
              onBlur={() => put({ aliases: network.aliases.filter(Boolean) })}
            />
            <TextInput
              mono
              className={styles.grow}
              aria-label={t("run-network-address")}
              fallback={t("run-network-address")}
              value={network.ipv4}
              onChange={(ipv4) => put({ ipv4: ipv4.trim() })}
            />
          </>
        )}
      </ListRows>
      {mild && <p className={styles.note}>{say(mild)}</p>}
    </FormSection>
  );
}
