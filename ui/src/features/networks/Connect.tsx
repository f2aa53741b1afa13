import { useState } from "react";
import type { Network } from "@/bindings/Network";
import {
  Button,
  byText,
  CommandBlock,
  Dialog,
  ErrorPanel,
  Field,
  notice,
  Select,
  TextInput,
} from "@/components";
import { useT } from "@/i18n/i18n";
import { model, useAll } from "@/model";
import { docker } from "@/rpc";
import { contains, parseAddress, parseRange } from "./cidr";
import { commands } from "./usage";

/** Puts a container on a network. */
export function Connect({ network, onClose }: { network: Network; onClose: () => void }) {
  const t = useT();
  const containers = useAll(model.containers)
    .filter((it) => !it.networks.some((end) => end.name === network.name || end.name === "host"))
    .sort((a, b) => byText(a.name, b.name));
  const [id, setId] = useState(containers[0]?.id ?? "");
  const [alias, setAlias] = useState("");
  const [ip, setIp] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const container = containers.find((it) => it.id === id) ?? containers[0];
  const outside =
    ip !== "" && !(parseAddress(ip) && network.subnets.some(({ subnet }) => inRange(subnet, ip)));
  const connect = async () => {
    if (!container || outside) return;
    setBusy(true);
    try {
      await docker.post(`/networks/${network.id}/connect`, {
        Container: container.id,
        EndpointConfig: {
          ...(alias === "" ? {} : { Aliases: [alias] }),
          ...(ip === ""
            ? {}
            : { IPAMConfig: ip.includes(":") ? { IPv6Address: ip } : { IPv4Address: ip } }),
        },
      });
      notice("done", t("networks-connected", { name: container.name, network: network.name }));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t("networks-connect-title", { name: network.name })}
      onSubmit={connect}
      actions={
        <>
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!container || outside}>
            {t("networks-connect-verb")}
          </Button>
        </>
      }
    >
      {error !== undefined && (
        <ErrorPanel
          inline
          error={error}
          what={t("networks-connect-failed", {
            name: container?.name ?? "",
            network: network.name,
          })}
        />
      )}
      {container ? (
        <>
          <Field label={t("networks-container")}>
            {(control) => (
              <Select
                {...control}
                autoFocus
                value={container.id}
                onChange={setId}
                options={containers.map((it) => ({ value: it.id, label: it.name }))}
              />
            )}
          </Field>
          <Field label={t("networks-alias")} hint={t("networks-alias-hint")}>
            {(control) => (
              <TextInput
                {...control}
                mono
                value={alias}
                onChange={setAlias}
                fallback={container.name}
              />
            )}
          </Field>
          <Field
            label={t("networks-address")}
            error={
              outside
                ? t("networks-address-outside", {
                    subnet: network.subnets.map(({ subnet }) => subnet).join(", ") || "–",
                  })
                : null
            }
          >
            {(control) => (
              <TextInput
                {...control}
                mono
                value={ip}
                onChange={(next) => setIp(next.trim())}
                fallback={t("networks-address-next")}
              />
            )}
          </Field>
          <CommandBlock wrap command={commands.connect(network.name, container.name, alias, ip)} />
        </>
      ) : (
        <p>{t("networks-connect-none")}</p>
      )}
    </Dialog>
  );
}

function inRange(subnet: string, ip: string): boolean {
  const range = parseRange(subnet);
  return range !== undefined && contains(range, ip);
}
