import { Field, SegmentedControl, Select, TextInput } from "@/components";
import { useT } from "@/i18n/i18n";
import { LISTS, PAIRS, SWITCHES, TEXTS } from "../spec/fields";
import type { RunSpec } from "../spec/spec";
import { useForm } from "./context";
import { Fold } from "./Fold";
import { ListOf, PairsOf, SwitchOf, TextOf, useProblem } from "./fields";
import styles from "./form.module.css";

type Key = keyof RunSpec;

const LIFE: readonly Key[] = [
  "restart",
  "remove",
  "init",
  "interactive",
  "tty",
  "stopSignal",
  "stopTimeout",
];
const RESOURCES: readonly Key[] = [
  "memory",
  "memorySwap",
  "memoryReservation",
  "cpus",
  "cpuset",
  "cpuShares",
  "pidsLimit",
  "shmSize",
  "gpus",
  "ulimits",
];
const PROCESS: readonly Key[] = [
  "entrypoint",
  "user",
  "workdir",
  "hostname",
  "domainname",
  "platform",
  "pull",
  "groupAdd",
  "labels",
  "envFiles",
];
const SECURITY: readonly Key[] = [
  "privileged",
  "readOnly",
  "capAdd",
  "capDrop",
  "securityOpt",
  "devices",
  "sysctls",
  "pid",
  "ipc",
  "userns",
];
const NAMES: readonly Key[] = ["dns", "dnsSearch", "extraHosts", "expose", "mac"];
const LOGS: readonly Key[] = ["logDriver", "logOptions"];

/** What of some fields is set, in the words of the command: `-m 512m --cpus 2`. */
export function summary(spec: RunSpec, keys: readonly Key[]): string {
  const words: string[] = [];
  for (const { key, flag, short } of SWITCHES) {
    if (keys.includes(key) && spec[key]) words.push(short ? `-${short}` : `--${flag}`);
  }
  for (const { key, flag, short } of TEXTS) {
    if (keys.includes(key) && spec[key] !== "") {
      words.push(`${short ? `-${short}` : `--${flag}`} ${spec[key]}`);
    }
  }
  for (const { key, flag } of [...LISTS, ...PAIRS]) {
    const count = spec[key].length;
    if (keys.includes(key) && count > 0)
      words.push(count > 1 ? `--${flag} ×${count}` : `--${flag}`);
  }
  if (keys.includes("entrypoint") && spec.entrypoint !== null) words.push("--entrypoint");
  return words.join("  ");
}

/** Sections that most runs leave as they are. */
export function Folds() {
  const t = useT();
  const { spec } = useForm();
  const head = (keys: readonly Key[]) => {
    const set = summary(spec, keys);
    return { set, open: set !== "" };
  };
  const healthSet =
    spec.health === "image" ? "" : spec.health === "none" ? "--no-healthcheck" : "--health-cmd";
  return (
    <>
      <Fold title={t("run-s-life")} {...head(LIFE)}>
        <RestartField />
        <div className={styles.switches}>
          <SwitchOf name="remove" />
          <SwitchOf name="init" />
          <SwitchOf name="interactive" />
          <SwitchOf name="tty" />
        </div>
        <div className={styles.pair}>
          <TextOf
            name="stopSignal"
            fallback="SIGTERM"
            offers={["SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL"]}
          />
          <TextOf name="stopTimeout" fallback="10" hint={t("run-seconds")} />
        </div>
      </Fold>
      <Fold title={t("run-s-resources")} {...head(RESOURCES)}>
        <div className={styles.pair}>
          <TextOf
            name="memory"
            fallback={t("run-unlimited")}
            offers={["256m", "512m", "1g", "2g"]}
          />
          <TextOf name="cpus" fallback={t("run-all")} offers={["0.5", "1", "2"]} />
          <TextOf name="memorySwap" fallback={t("run-swap-default")} />
          <TextOf name="memoryReservation" fallback={t("run-none")} />
          <TextOf name="shmSize" fallback="64m" />
          <TextOf name="pidsLimit" fallback={t("run-unlimited")} />
          <TextOf name="cpuset" fallback={t("run-all")} />
          <TextOf name="cpuShares" fallback="1024" />
          <TextOf name="gpus" fallback={t("run-none")} offers={["all", "1"]} />
        </div>
        <ListOf name="ulimits" fallback="nofile=1024:2048" />
      </Fold>
      <Fold title={t("run-s-health")} set={healthSet} open={healthSet !== ""}>
        <HealthFields />
      </Fold>
      <Fold title={t("run-s-process")} {...head(PROCESS)}>
        <EntrypointField />
        <div className={styles.pair}>
          <TextOf name="user" fallback={t("run-as-image")} />
          <TextOf name="workdir" fallback={t("run-as-image")} />
          <TextOf name="hostname" fallback={t("run-hostname-id")} />
          <TextOf name="domainname" fallback={t("run-none")} />
          <TextOf
            name="platform"
            fallback={t("run-platform-own")}
            offers={["linux/amd64", "linux/arm64"]}
          />
          <PullField />
        </div>
        <ListOf name="groupAdd" fallback="audio" />
        <PairsOf name="labels" fallback={{ name: "com.example.team", value: "web" }} />
        {spec.envFiles.length > 0 && <ListOf name="envFiles" hint={t("run-bad-env-file")} />}
      </Fold>
      <Fold title={t("run-s-names")} {...head(NAMES)}>
        <ListOf name="extraHosts" fallback="db:10.0.0.5" />
        <ListOf name="dns" fallback="1.1.1.1" />
        <ListOf name="dnsSearch" fallback="example.com" />
        <ListOf name="expose" fallback="9000/tcp" />
        <TextOf name="mac" fallback={t("run-chosen")} />
      </Fold>
      <Fold title={t("run-s-security")} {...head(SECURITY)}>
        <div className={styles.switches}>
          <SwitchOf name="readOnly" />
          <SwitchOf name="privileged" />
        </div>
        <ListOf name="capAdd" fallback="NET_ADMIN" />
        <ListOf name="capDrop" fallback="ALL" />
        <ListOf name="securityOpt" fallback="no-new-privileges:true" />
        <ListOf name="devices" fallback="/dev/fuse" />
        <PairsOf name="sysctls" fallback={{ name: "net.core.somaxconn", value: "1024" }} />
        <div className={styles.pair}>
          <TextOf name="pid" fallback={t("run-own")} offers={["host"]} />
          <TextOf name="ipc" fallback="private" offers={["host", "shareable", "none"]} />
          <TextOf name="userns" fallback={t("run-own")} offers={["host"]} />
        </div>
      </Fold>
      <Fold title={t("run-s-logs")} {...head(LOGS)}>
        <TextOf
          name="logDriver"
          fallback={t("run-as-engine")}
          offers={["json-file", "local", "none", "syslog", "journald"]}
        />
        <PairsOf name="logOptions" fallback={{ name: "max-size", value: "10m" }} />
      </Fold>
    </>
  );
}

function RestartField() {
  const t = useT();
  const { spec, change, problem } = useForm();
  const say = useProblem();
  const [policy = "", retries] = spec.restart.split(":");
  const options = ["", "unless-stopped", "always", "on-failure"].map((value) => ({
    value,
    label: t(`run-restart-${value === "" ? "no" : value}`),
  }));
  const set = (next: string, count = "") =>
    change({ restart: next === "on-failure" && count !== "" ? `${next}:${count}` : next });
  return (
    <Field label={t("run-f-restart")} error={say(problem("restart"))}>
      {(control) => (
        <span className={styles.line}>
          <Select
            {...control}
            className={styles.grow}
            value={policy === "no" ? "" : policy}
            options={options}
            onChange={(value) => set(value)}
          />
          {policy === "on-failure" && (
            <TextInput
              mono
              className={styles.port}
              aria-label={t("run-restart-retries")}
              fallback={t("run-unlimited")}
              value={retries ?? ""}
              onChange={(count) => set(policy, count.trim())}
            />
          )}
        </span>
      )}
    </Field>
  );
}

function HealthFields() {
  const t = useT();
  const { spec, change } = useForm();
  return (
    <>
      <SegmentedControl
        label={t("run-s-health")}
        value={spec.health}
        onChange={(health) => change({ health })}
        options={(["image", "command", "none"] as const).map((value) => ({
          value,
          label: t(`run-health-${value}`),
        }))}
      />
      {spec.health === "command" && (
        <TextOf
          name="healthCommand"
          fallback="curl -f http://localhost/ || exit 1"
          hint={t("run-health-hint")}
        />
      )}
      {spec.health !== "none" && (
        <div className={styles.pair}>
          <TextOf name="healthInterval" fallback="30s" />
          <TextOf name="healthTimeout" fallback="30s" />
          <TextOf name="healthRetries" fallback="3" />
          <TextOf name="healthStartPeriod" fallback="0s" />
        </div>
      )}
    </>
  );
}

function EntrypointField() {
  const t = useT();
  const { spec, change } = useForm();
  return (
    <Field label={t("run-f-entrypoint")} hint={t("run-entrypoint-hint")}>
      {(control) => (
        <TextInput
          {...control}
          mono
          fallback={t("run-as-image")}
          value={spec.entrypoint ?? ""}
          onChange={(text) => change({ entrypoint: text === "" ? null : text })}
        />
      )}
    </Field>
  );
}

function PullField() {
  const t = useT();
  const { spec, change } = useForm();
  const options = ["", "always", "never"].map((value) => ({
    value,
    label: t(`run-pull-${value === "" ? "missing" : value}`),
  }));
  return (
    <Field label={t("run-f-pull")}>
      {(control) => (
        <Select
          {...control}
          value={spec.pull === "missing" ? "" : spec.pull}
          options={options}
          onChange={(pull) => change({ pull })}
        />
      )}
    </Field>
  );
}
