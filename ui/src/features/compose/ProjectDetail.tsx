import {
  Download,
  Ellipsis,
  Eye,
  Hammer,
  Layers,
  Play,
  RotateCw,
  ScrollText,
  Square,
  Trash2,
} from "lucide-react";
import type { KeyBinding } from "@/app/keys";
import { go } from "@/app/nav";
import type { ComposeAction } from "@/bindings/ComposeAction";
import type { Task } from "@/bindings/Task";
import {
  Button,
  EmptyState,
  IconButton,
  Menu,
  type MenuEntry,
  StateMark,
  Tabs,
} from "@/components";
import { Commands, DetailBody, DetailHead, DetailKeys } from "@/features/run/parts/Detail";
import { TaskCard } from "@/features/run/parts/TaskCard";
import { isFresh } from "@/features/run/parts/tasks";
import { useT } from "@/i18n/i18n";
import { useTasks } from "@/model";
import { act, down } from "./actions";
import { MOODS } from "./columns";
import { FileTab } from "./file/FileTab";
import { address, commandOf, moodOf, needsFiles, type Project } from "./projects";
import { Services } from "./Services";

export interface ProjectDetailProps {
  name: string;
  /** None if nothing is known of it any more. */
  project: Project | undefined;
  tab: string;
  /** The file that is open. */
  path: string | undefined;
}

const close = () => go("/compose");

/** One project: its services, its files, what can be done to it. */
export function ProjectDetail({ name, project, tab, path }: ProjectDetailProps) {
  const t = useT();
  if (!project) {
    return (
      <>
        <DetailHead name={name} onClose={close} />
        <EmptyState icon={Layers} text={t("compose-gone", { name })} />
      </>
    );
  }
  const mood = moodOf(project);
  const up = () => void act(project, "up");
  return (
    <DetailKeys bindings={keysOf(project)}>
      <DetailHead
        name={name}
        onClose={close}
        sub={
          <>
            <StateMark look={MOODS[mood]} word={t(`compose-mood-${mood}`)} />
            <bdi>{project.folder}</bdi>
          </>
        }
        tools={<Tools project={project} />}
      />
      <Tabs
        label={name}
        value={tab}
        onChange={(next) => go(address(name, next, path), { replace: true })}
        tabs={[
          {
            id: "services",
            label: t("compose-services"),
            count: project.services.length,
            content: <ServicesTab project={project} />,
          },
          {
            id: "file",
            label: t("compose-file"),
            content: project.filesPresent ? (
              <FileTab files={project.files} first={path} onUp={up} />
            ) : (
              <EmptyState
                icon={Layers}
                text={t("compose-no-file", { path: project.files[0] ?? "–" })}
              />
            ),
          },
        ]}
      />
    </DetailKeys>
  );
}

function keysOf(project: Project): KeyBinding[] {
  const able = (action: ComposeAction) => () =>
    needsFiles(action) ? project.filesPresent : project.total > 0;
  const keys = { u: "up", s: "stop", r: "restart", p: "pull", b: "build", w: "watch" } as const;
  return [
    ...Object.entries(keys).map(([key, action]) => ({
      keys: key,
      label: `compose-${action}`,
      run: () => void act(project, action),
      when: able(action),
    })),
    { keys: "d", label: "compose-down", run: () => void down(project), when: able("down") },
    {
      keys: "l",
      label: "compose-logs",
      run: () => go(`/logs?p=${encodeURIComponent(project.name)}`),
      when: able("stop"),
    },
  ];
}

function Tools({ project }: { project: Project }) {
  const t = useT();
  const run = (action: ComposeAction) => () => void act(project, action);
  const files = project.filesPresent;
  const there = project.total > 0;
  const entries: MenuEntry[] = [
    { id: "start", label: t("compose-start"), icon: Play, disabled: !there, run: run("start") },
    {
      id: "restart",
      label: t("compose-restart"),
      icon: RotateCw,
      keys: "r",
      disabled: !there,
      run: run("restart"),
    },
    {
      id: "pull",
      label: t("compose-pull"),
      icon: Download,
      keys: "p",
      disabled: !files,
      run: run("pull"),
    },
    {
      id: "build",
      label: t("compose-build"),
      icon: Hammer,
      keys: "b",
      disabled: !files,
      run: run("build"),
    },
    {
      id: "watch",
      label: t("compose-watch"),
      icon: Eye,
      keys: "w",
      disabled: !files,
      run: run("watch"),
    },
    "-",
    {
      id: "down",
      label: t("compose-down"),
      icon: Trash2,
      keys: "d",
      danger: true,
      disabled: !there,
      run: () => void down(project),
    },
  ];
  return (
    <>
      <Button icon={Play} keys="u" disabled={!files} onClick={run("up")}>
        {t("compose-up")}
      </Button>
      <IconButton
        icon={Square}
        label={t("compose-stop")}
        keys="s"
        disabled={project.running === 0}
        onClick={run("stop")}
      />
      <IconButton
        icon={ScrollText}
        label={t("compose-logs")}
        keys="l"
        disabled={!there}
        onClick={() => go(`/logs?p=${encodeURIComponent(project.name)}`)}
      />
      <Menu entries={entries}>
        <IconButton icon={Ellipsis} label={t("table-more")} />
      </Menu>
    </>
  );
}

/** Tasks of a project, newest first. */
export function tasksOf(tasks: readonly Task[], project: string): Task[] {
  const now = Date.now();
  return tasks.filter(
    (task) => task.spec.kind === "compose" && task.spec.project === project && isFresh(task, now),
  );
}

function ServicesTab({ project }: { project: Project }) {
  const t = useT();
  const tasks = tasksOf(useTasks(), project.name);
  return (
    <DetailBody>
      {tasks.map((task) => (
        <TaskCard
          key={task.id}
          task={task}
          title={t(`compose-${task.spec.kind === "compose" ? task.spec.action : "up"}`)}
        />
      ))}
      <Services project={project} />
      <Commands
        list={(["up", "stop", "restart", "pull", "down"] as const).map((action) => [
          t(`compose-${action}`),
          commandOf(project, action),
        ])}
      />
    </DetailBody>
  );
}
