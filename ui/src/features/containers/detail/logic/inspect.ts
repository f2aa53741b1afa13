import type { Json } from "@/features/run/spec/spec";

/** What of `GET /containers/{id}/json` the detail reads; everything may be missing. */
export interface Inspected {
  Id: string;
  Name: string;
  Created: string;
  Path?: string;
  Args?: readonly string[];
  Image?: string;
  Platform?: string;
  RestartCount?: number;
  State: {
    Status?: string;
    Pid?: number;
    ExitCode?: number;
    Error?: string;
    OOMKilled?: boolean;
    StartedAt?: string;
    FinishedAt?: string;
    Health?: { Status?: string; FailingStreak?: number; Log?: readonly HealthCheck[] | null };
  };
  Config: {
    Image?: string;
    Hostname?: string;
    User?: string;
    WorkingDir?: string;
    Env?: readonly string[] | null;
    Cmd?: readonly string[] | null;
    Entrypoint?: readonly string[] | null;
    Labels?: Record<string, string> | null;
    StopSignal?: string;
    Tty?: boolean;
    Healthcheck?: { Test?: readonly string[] | null; Interval?: number; Retries?: number } | null;
  };
  HostConfig: {
    NetworkMode?: string;
    RestartPolicy?: { Name?: string; MaximumRetryCount?: number };
    Memory?: number;
    NanoCpus?: number;
    CpuQuota?: number;
    CpuPeriod?: number;
    PidsLimit?: number | null;
    Privileged?: boolean;
    ReadonlyRootfs?: boolean;
    CapAdd?: readonly string[] | null;
    CapDrop?: readonly string[] | null;
    AutoRemove?: boolean;
    LogConfig?: { Type?: string };
  };
  Mounts?: readonly InspectedMount[] | null;
  NetworkSettings?: { Networks?: Record<string, InspectedNetwork | null> | null };
}

export interface HealthCheck {
  Start: string;
  End: string;
  ExitCode: number;
  Output: string;
}

export interface InspectedMount {
  Type?: string;
  Name?: string;
  Source?: string;
  Destination: string;
  Mode?: string;
  RW?: boolean;
  Driver?: string;
}

export interface InspectedNetwork {
  IPAddress?: string;
  GlobalIPv6Address?: string;
  Gateway?: string;
  MacAddress?: string;
  Aliases?: readonly string[] | null;
}

/** CPUs it may use; none without a limit. */
export function cpuLimit({ HostConfig: host }: Pick<Inspected, "HostConfig">): number | undefined {
  if (host.NanoCpus) return host.NanoCpus / 1e9;
  if (host.CpuQuota && host.CpuQuota > 0) return host.CpuQuota / (host.CpuPeriod || 100_000);
  return undefined;
}

/** `unless-stopped`, `on-failure:3`, `no`. */
export function restartText(policy: Inspected["HostConfig"]["RestartPolicy"]): string {
  const name = policy?.Name || "no";
  return policy?.MaximumRetryCount ? `${name}:${policy.MaximumRetryCount}` : name;
}

/** A time of the engine in milliseconds; its zero time is none. */
export function timeOf(text: string | undefined): number | undefined {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) || ms <= 0 ? undefined : ms;
}

/** Values of more than so many characters are folded. */
export const LONG = 600;

/** The same value with long texts replaced, for a tree that must stay readable. */
export function folded(value: Json): Json {
  if (typeof value === "string") {
    return value.length > LONG ? `${value.slice(0, LONG)}… (+${value.length - LONG})` : value;
  }
  if (Array.isArray(value)) return value.map((it: Json) => folded(it));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, folded(inner ?? null)]),
  );
}
