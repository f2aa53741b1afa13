import { Box, Play, RotateCw, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import {
  Ago,
  Badge,
  Button,
  Bytes,
  CommandBlock,
  CopyButton,
  confirmList,
  Dialog,
  Duration,
  EmptyState,
  ErrorPanel,
  IconButton,
  JsonTree,
  Kbd,
  Menu,
  notice,
  Page,
  Percent,
  ProgressBar,
  Sheet,
  Sparkline,
  StateMark,
  Tabs,
  Truncate,
} from "@/components";
import { CallError } from "@/rpc/error";
import { Forms } from "./Forms";
import styles from "./Gallery.module.css";

const failure = new CallError(
  "docker_500",
  "Port 8080 is held by nginx (PID 4121).",
  "Stop that program, or publish another port.",
  { path: "POST /containers/web/start" },
);

const WAVE = Array.from({ length: 40 }, (_, at) => 20 + 18 * Math.sin(at / 3));
const DATA = {
  Id: "4f2a",
  State: { Status: "running", Pid: 4121, OOMKilled: false, Error: null },
  Mounts: [{ Type: "volume", Name: "shop_data" }],
};

function Show({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.show}>
      <h2 className={styles.title}>{title}</h2>
      <div className={styles.row}>{children}</div>
    </section>
  );
}

/** Every component once, for eyes and for pictures. Not in the shipped bundle. */
export default function Gallery() {
  return (
    <Page title="Gallery" padded>
      <div className={styles.grid}>
        <Buttons />
        <States />
        <Overlays />
        <Forms />
        <Panels />
      </div>
    </Page>
  );
}

function Buttons() {
  return (
    <Show title="Buttons">
      <Button look="primary" icon={Play}>
        Run
      </Button>
      <Button icon={RotateCw} keys="r">
        Restart
      </Button>
      <Button look="danger" icon={Trash2}>
        Remove
      </Button>
      <Button look="quiet">Quiet</Button>
      <Button disabled>Disabled</Button>
      <Button busy>Busy</Button>
      <IconButton icon={Square} label="Stop" keys="s" />
      <IconButton icon={Box} label="Pressed" pressed />
      <CopyButton text="text" />
      <Kbd keys="mod+k" />
      <Kbd keys="g c" />
    </Show>
  );
}

function States() {
  const looks = ["running", "busy", "paused", "failed", "stopped", "created"] as const;
  return (
    <Show title="States and values">
      {looks.map((look) => (
        <StateMark key={look} look={look} word={look} />
      ))}
      {looks.slice(0, 5).map((look) => (
        <Badge key={look} look={look}>
          {look}
        </Badge>
      ))}
      <span className={styles.wide}>
        <ProgressBar value={0.42} label="Pull" />
      </span>
      <span className={styles.wide}>
        <ProgressBar value={null} label="Pull" />
      </span>
      <Sparkline values={WAVE} label="CPU" />
      <Bytes value={224395264} />
      <Percent value={4.2} />
      <Duration ms={93784000} />
      <Ago ms={Date.now() - 7200000} />
      <span className={styles.narrow}>
        <Truncate mono text="ghcr.io/acme/a-very-long-name-of-an-image:2026-11-25" />
      </span>
    </Show>
  );
}

function Overlays() {
  const [dialog, setDialog] = useState(false);
  const [sheet, setSheet] = useState(false);
  const entries = [
    { id: "stop", label: "Stop", icon: Square, keys: "s" },
    { id: "tick", label: "Shown", checked: true },
    "-" as const,
    { id: "remove", label: "Remove…", icon: Trash2, keys: "Delete", danger: true },
  ];
  const ask = () =>
    confirmList({
      title: "Remove 2 volumes?",
      note: "What is in them can't be brought back.",
      items: [
        { name: "shop_data", detail: "used by nothing", bytes: 3.1e9 },
        { name: "tools_cache", bytes: 3.4e8 },
      ],
      options: [{ id: "force", label: "Even if a driver refuses" }],
      verb: "Remove",
      command: "docker volume rm shop_data tools_cache",
    });
  return (
    <Show title="Menus, dialogs, notices">
      <Menu entries={entries}>
        <Button>Menu</Button>
      </Menu>
      <Button onClick={() => setDialog(true)}>Dialog</Button>
      <Button onClick={() => setSheet(true)}>Sheet</Button>
      <Button onClick={() => void ask()}>Confirm</Button>
      <Button
        onClick={() =>
          notice("done", "web was stopped.", { action: { label: "Undo", run: () => undefined } })
        }
      >
        Notice
      </Button>
      <Button onClick={() => notice("failed", "web could not be started.", { error: failure })}>
        Failure
      </Button>
      <Dialog
        open={dialog}
        title="New volume"
        note="It is made at once."
        onClose={() => setDialog(false)}
        actions={<Button look="primary">Create</Button>}
      >
        <CommandBlock command="docker volume create data" />
      </Dialog>
      <Sheet open={sheet} title="Sheet" onClose={() => setSheet(false)}>
        <Button onClick={() => setSheet(false)}>Close</Button>
      </Sheet>
    </Show>
  );
}

function Panels() {
  const [tab, setTab] = useState("json");
  return (
    <>
      <section className={styles.show}>
        <h2 className={styles.title}>Errors and emptiness</h2>
        <ErrorPanel inline error={failure} what="web could not be started." />
        <EmptyState
          icon={Box}
          text="No containers yet. Run one here or from any terminal."
          command="docker run -d -p 8080:80 nginx"
          action={{ label: "Run", run: () => undefined }}
        />
      </section>
      <section className={styles.tabs}>
        <Tabs
          label="Gallery"
          value={tab}
          onChange={setTab}
          tabs={[
            {
              id: "json",
              label: "Inspect",
              content: <JsonTree label="Inspect" value={DATA} depth={2} />,
            },
            { id: "other", label: "Other", count: 3, content: <p>Other</p> },
          ]}
        />
      </section>
    </>
  );
}
