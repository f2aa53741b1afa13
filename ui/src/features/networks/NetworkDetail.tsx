import { useQuery } from "@tanstack/react-query";
import { Cable, Network as NetworkIcon, Trash2, Unplug } from "lucide-react";
import { go, Link } from "@/app/nav";
import type { Network } from "@/bindings/Network";
import { Ago, Button, EmptyState, IconButton, shortId, Truncate } from "@/components";
import { ContainerLine } from "@/features/run/parts/ContainerLine";
import {
  Block,
  Commands,
  DetailBody,
  DetailHead,
  DetailKeys,
  Facts,
  PairFacts,
  Row,
  Rows,
} from "@/features/run/parts/Detail";
import parts from "@/features/run/parts/parts.module.css";
import { useT } from "@/i18n/i18n";
import { docker } from "@/rpc";
import { canRemove, disconnect, removeNetworks } from "./actions";
import { commands, type Member } from "./usage";

export interface NetworkDetailProps {
  id: string;
  /** None if it is gone. */
  network: Network | undefined;
  members: readonly Member[];
  onConnect: () => void;
}

const close = () => go("/networks");

/** One network: its addresses and who has them. */
export function NetworkDetail({ id, network, members, onConnect }: NetworkDetailProps) {
  const t = useT();
  if (!network) {
    return (
      <>
        <DetailHead name={shortId(id)} onClose={close} />
        <EmptyState icon={NetworkIcon} text={t("networks-gone")} />
      </>
    );
  }
  return (
    <DetailKeys
      bindings={[
        { keys: "c", label: "networks-connect-verb", run: onConnect },
        {
          keys: "Delete",
          label: "networks-remove-verb",
          run: () => void removeNetworks([network]),
          when: () => canRemove(network),
        },
      ]}
    >
      <DetailHead
        name={network.name}
        sub={<span>{t("networks-sub", { driver: network.driver, count: members.length })}</span>}
        onClose={close}
        tools={
          <>
            <Button icon={Cable} keys="c" onClick={onConnect}>
              {t("networks-connect-verb")}
            </Button>
            <IconButton
              icon={Trash2}
              label={t("networks-remove", { count: 1 })}
              keys="Delete"
              disabled={!canRemove(network)}
              onClick={() => removeNetworks([network])}
            />
          </>
        }
      />
      <DetailBody>
        <Addresses network={network} />
        <Block title={t("networks-members")}>
          {members.length === 0 ? (
            <p>{t("networks-members-none")}</p>
          ) : (
            <Rows>
              {members.map((member) => (
                <MemberRow key={member.container.id} network={network} member={member} />
              ))}
            </Rows>
          )}
        </Block>
        <Options network={network} />
        {Object.keys(network.labels).length > 0 && (
          <Block title={t("networks-labels")}>
            <PairFacts pairs={network.labels} />
          </Block>
        )}
        <Commands
          list={[
            [t("networks-command-inspect"), commands.inspect(network.name)],
            [t("networks-connect-verb"), commands.connect(network.name, "CONTAINER")],
            [
              t("networks-disconnect"),
              commands.disconnect(network.name, members[0]?.container.name ?? "CONTAINER"),
            ],
            [t("networks-remove-verb"), commands.remove([network.name])],
          ]}
        />
      </DetailBody>
    </DetailKeys>
  );
}

function Addresses({ network }: { network: Network }) {
  const t = useT();
  const project = network.labels["com.docker.compose.project"];
  return (
    <Facts
      facts={[
        ...network.subnets.map(({ subnet, gateway }) => ({
          label: t("networks-subnet"),
          value: (
            <span className="mono">
              {gateway ? t("networks-subnet-gateway", { subnet, gateway }) : subnet}
            </span>
          ),
        })),
        {
          label: t("networks-outside"),
          value: network.internal ? t("networks-internal-fact") : t("networks-outside-fact"),
        },
        ...(project
          ? [
              {
                label: t("networks-project"),
                value: <Link to={`/compose/${encodeURIComponent(project)}`}>{project}</Link>,
              },
            ]
          : []),
        { label: t("networks-scope"), value: network.scope },
        { label: t("networks-created"), value: <Ago seconds={network.created} /> },
        { label: t("networks-id"), value: <span className="mono">{shortId(network.id)}</span> },
      ]}
    />
  );
}

function MemberRow({ network, member }: { network: Network; member: Member }) {
  const t = useT();
  const { container, end } = member;
  const addresses = [end.ipv4, end.ipv6].filter(Boolean).join(", ");
  return (
    <Row
      end={
        <span className={parts.ends}>
          <Truncate text={addresses || t("networks-no-address")} mono={addresses !== ""} />
          <IconButton
            small
            icon={Unplug}
            label={t("networks-disconnect-name", { name: container.name })}
            onClick={() => disconnect(network, member)}
          />
        </span>
      }
    >
      <ContainerLine container={container} />
    </Row>
  );
}

/** Options are not in the live model: asked for once the detail is open. */
function Options({ network }: { network: Network }) {
  const t = useT();
  const query = useQuery({
    queryKey: ["network", network.id],
    queryFn: () =>
      docker.get<{ Options?: Record<string, string> | null }>(`/networks/${network.id}`),
  });
  const options = query.data?.Options ?? {};
  if (Object.keys(options).length === 0) return null;
  return (
    <Block title={t("networks-options")}>
      <PairFacts pairs={options} />
    </Block>
  );
}
