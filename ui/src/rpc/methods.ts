// What each call takes, streams and answers. The calls themselves are generated
// (`bindings/Call`); their events and results stand in the comments of call.rs.
import type { BuildDetail } from "@/bindings/BuildDetail";
import type { BuildRecord } from "@/bindings/BuildRecord";
import type { Call } from "@/bindings/Call";
import type { ComposeFile } from "@/bindings/ComposeFile";
import type { ComposeProject } from "@/bindings/ComposeProject";
import type { ConfigChange } from "@/bindings/ConfigChange";
import type { ConfigReport } from "@/bindings/ConfigReport";
import type { DashboardAddress } from "@/bindings/DashboardAddress";
import type { DoctorReport } from "@/bindings/DoctorReport";
import type { Event } from "@/bindings/Event";
import type { HelloReply } from "@/bindings/HelloReply";
import type { History } from "@/bindings/History";
import type { HostFolder } from "@/bindings/HostFolder";
import type { ImageReport } from "@/bindings/ImageReport";
import type { KeptLogs } from "@/bindings/KeptLogs";
import type { LogBatch } from "@/bindings/LogBatch";
import type { LogLine } from "@/bindings/LogLine";
import type { Meters } from "@/bindings/Meters";
import type { Prefs } from "@/bindings/Prefs";
import type { SpaceReport } from "@/bindings/SpaceReport";
import type { StatsReading } from "@/bindings/StatsReading";
import type { Status } from "@/bindings/Status";
import type { Task } from "@/bindings/Task";
import type { TaskEvent } from "@/bindings/TaskEvent";
import type { TaskOutput } from "@/bindings/TaskOutput";
import type { WatchEvent } from "@/bindings/WatchEvent";

/** What a call sends back. */
interface Answer<Result, Item = never> {
  result: Result;
  event: Item;
}

interface Answers {
  hello: Answer<HelloReply>;
  status: Answer<Status>;
  start: Answer<Status, Event>;
  stop: Answer<Status, Event>;
  restart: Answer<Status, Event>;
  suspend: Answer<Status, Event>;
  logs: Answer<null, LogLine>;
  config_get: Answer<ConfigReport>;
  config_set: Answer<ConfigChange>;
  config_unset: Answer<ConfigChange>;
  doctor: Answer<DoctorReport>;
  events: Answer<null, Event>;
  image_info: Answer<ImageReport>;
  quit: Answer<null>;
  watch: Answer<null, WatchEvent>;
  container_stats: Answer<null, StatsReading>;
  meters: Answer<null, Meters>;
  history: Answer<History>;
  container_logs: Answer<null, LogBatch>;
  kept_logs: Answer<KeptLogs[]>;
  space: Answer<SpaceReport>;
  builds: Answer<BuildRecord[]>;
  build: Answer<BuildDetail>;
  task_start: Answer<Task>;
  task_cancel: Answer<null>;
  task_clear: Answer<null>;
  tasks: Answer<null, TaskEvent>;
  task_output: Answer<null, TaskOutput>;
  compose_projects: Answer<ComposeProject[]>;
  compose_read: Answer<ComposeFile>;
  compose_write: Answer<ComposeFile>;
  compose_forget: Answer<null>;
  host_folder: Answer<HostFolder>;
  prefs: Answer<Prefs>;
  pref_set: Answer<null>;
  dashboard: Answer<DashboardAddress>;
}

/** Calls whose fields all have defaults: any part of them will do. */
type Defaulted =
  | "start"
  | "stop"
  | "restart"
  | "logs"
  | "quit"
  | "container_stats"
  | "history"
  | "container_logs"
  | "compose_read"
  | "host_folder";

type Declared<M> = Extract<Call, { method: M }> extends { params: infer P } ? P : undefined;

export type Method = keyof Answers & Call["method"];
export type Params<M extends Method> = M extends Defaulted
  ? Partial<Declared<M>> | undefined
  : Declared<M>;
export type Result<M extends Method> = Answers[M]["result"];
export type Item<M extends Method> = Answers[M]["event"];
