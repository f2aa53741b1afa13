import { Ellipsis, Play, RotateCw, ScrollText, Square } from "lucide-react";
import { go } from "@/app/nav";
import type { Container } from "@/bindings/Container";
import { Badge, Button, IconButton, Menu, type MenuEntry, Truncate } from "@/components";
import { ContainerLine } from "@/features/run/parts/ContainerLine";
import { Block, Row, Rows } from "@/features/run/parts/Detail";
import parts from "@/features/run/parts/parts.module.css";
import { useT } from "@/i18n/i18n";
import { platform } from "@/platform";
import { act } from "./actions";
import type { Project, Service } from "./projects";

/** The services of a project with their containers. */
export function Services({ project }: { project: Project }) {
  const t = useT();
  if (project.services.length === 0) return <p>{t("compose-no-services")}</p>;
  return (
    <>
      {project.services.map((service) => (
        <ServiceBlock key={service.name} project={project} service={service} />
      ))}
    </>
  );
}

function ServiceBlock({ project, service }: { project: Project; service: Service }) {
  const t = useT();
  const { name, containers } = service;
  const running = containers.some(({ state }) => state === "running");
  const entries: MenuEntry[] = [
    {
      id: "up",
      label: t("compose-up"),
      icon: Play,
      disabled: !project.filesPresent,
      run: () => void act(project, "up", [name]),
    },
    running
      ? {
          id: "stop",
          label: t("compose-stop"),
          icon: Square,
          run: () => void act(project, "stop", [name]),
        }
      : {
          id: "start",
          label: t("compose-start"),
          icon: Play,
          disabled: containers.length === 0,
          run: () => void act(project, "start", [name]),
        },
    {
      id: "restart",
      label: t("compose-restart"),
      icon: RotateCw,
      disabled: containers.length === 0,
      run: () => void act(project, "restart", [name]),
    },
    "-",
    {
      id: "logs",
      label: t("compose-logs"),
      icon: ScrollText,
      disabled: containers.length === 0,
      run: () => go(`/logs?c=${containers.map(({ name }) => encodeURIComponent(name)).join(",")}`),
    },
  ];
  return (
    <Block
      title={name}
      tools={
        <>
          {containers.length === 0 && <Badge>{t("compose-not-created")}</Badge>}
          <Menu entries={entries}>
            <IconButton small icon={Ellipsis} label={t("compose-service-actions", { name })} />
          </Menu>
        </>
      }
    >
      {containers.length > 0 && (
        <Rows>
          {containers.map((container) => (
            <Row key={container.id} end={<Ports container={container} />}>
              <ContainerLine container={container} />
              <Truncate text={container.image} mono className={parts.faint} />
            </Row>
          ))}
        </Rows>
      )}
    </Block>
  );
}

/** Published ports, which open in the browser. */
function Ports({ container }: { container: Container }) {
  const t = useT();
  const ports = new Map(
    container.ports.flatMap(({ host, host_ip, container: inside, protocol }) =>
      host !== null && protocol === "tcp" ? [[host, { host, host_ip, inside }] as const] : [],
    ),
  );
  return [...ports.values()].slice(0, 3).map(({ host, host_ip, inside }) => {
    const any = host_ip === null || host_ip === "0.0.0.0" || host_ip === "::";
    const at = any ? "localhost" : host_ip.includes(":") ? `[${host_ip}]` : host_ip;
    const scheme = inside === 443 || inside === 8443 ? "https" : "http";
    return (
      <Button
        key={host}
        look="quiet"
        title={t("compose-open-port", { port: String(host) })}
        onClick={() => platform.openExternal(`${scheme}://${at}:${host}/`)}
      >
        <span className="mono">:{host}</span>
      </Button>
    );
  });
}
