import type { Network } from "@/bindings/Network";
import { confirmList, eachTold, notice } from "@/components";
import { t } from "@/i18n/i18n";
import { model } from "@/model";
import { docker } from "@/rpc";
import { commands, isBuiltIn, type Member, membersOf, prunable } from "./usage";

function members(): ReadonlyMap<string, readonly Member[]> {
  return membersOf(model.containers.snapshot());
}

/** True if the engine would remove it. */
export function canRemove(network: Network): boolean {
  return !isBuiltIn(network) && !members().has(network.name);
}

function removeEach(networks: readonly Network[]) {
  return eachTold(networks, (network) => docker.delete(`/networks/${network.id}`), {
    nameOf: (network) => network.name,
    done: (names) => t("networks-removed", { count: names.length, name: names[0] ?? "" }),
    failed: (names, of) =>
      t("networks-remove-failed", { count: names.length, of, name: names[0] ?? "" }),
  });
}

function items(networks: readonly Network[]) {
  return networks.map((network) => ({
    name: network.name,
    detail: [network.driver, ...network.subnets.map(({ subnet }) => subnet)].join(" · "),
  }));
}

/** Removes networks after a list of exactly what goes. Those in use stay. */
export async function removeNetworks(networks: readonly Network[]): Promise<void> {
  const free = networks.filter(canRemove);
  const kept = networks.length - free.length;
  if (free.length === 0) return;
  const answer = await confirmList({
    title: t("networks-remove-ask", { count: free.length, name: free[0]?.name ?? "" }),
    ...(kept > 0 ? { note: t("networks-remove-kept", { count: kept }) } : {}),
    items: items(free),
    verb: t("networks-remove-verb"),
    command: commands.remove(free.map(({ name }) => name)),
  });
  if (answer) await removeEach(free);
}

/** Removes what nobody is on, after a preview. */
export async function pruneNetworks(): Promise<void> {
  const list = prunable(model.networks.snapshot(), members());
  if (list.length === 0) {
    notice("info", t("networks-prune-none"));
    return;
  }
  const answer = await confirmList({
    title: t("networks-prune-ask"),
    note: t("networks-prune-note"),
    items: items(list),
    verb: t("networks-remove-verb"),
    command: commands.prune,
  });
  if (answer) await removeEach(list);
}

/** Takes a container off a network; an undo puts it back. */
export async function disconnect(network: Network, member: Member): Promise<void> {
  const path = `/networks/${network.id}`;
  const { container, end } = member;
  const back = () =>
    docker.post(`${path}/connect`, {
      Container: container.id,
      EndpointConfig: end.ipv4 && network.subnets.length > 0 ? ipam(end.ipv4) : {},
    });
  await eachTold(
    [member],
    () => docker.post(`${path}/disconnect`, { Container: container.id, Force: false }),
    {
      nameOf: () => container.name,
      done: () => t("networks-disconnected", { name: container.name, network: network.name }),
      failed: () =>
        t("networks-disconnect-failed", { name: container.name, network: network.name }),
      undo: () =>
        void eachTold([member], back, {
          nameOf: () => container.name,
          failed: () =>
            t("networks-connect-failed", { name: container.name, network: network.name }),
        }),
    },
  );
}

function ipam(address: string) {
  return { IPAMConfig: { IPv4Address: address } };
}
