import { platform } from "@/platform";
import type { Credentials } from "@/platform/platform";
import { DockerClient } from "./docker";
import { Socket } from "./socket";

export { CallError, isCancelled } from "./error";

async function admitted({ origin, token }: Credentials): Promise<boolean> {
  try {
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await fetch(`${origin}/api/ticket`, { headers });
    return answer.status !== 401 && answer.status !== 403;
  } catch {
    return true;
  }
}

/** The one connection of this page to the daemon. */
export const socket = new Socket({
  credentials: (start) => platform.credentials(start),
  renewable: platform.kind === "tauri",
  open: (url, protocols) => new WebSocket(url, protocols),
  admitted,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

platform.onNewCredentials(() => socket.connect());

/** Docker's own API, by way of the daemon. */
export const docker = new DockerClient(() => platform.credentials());

/** Asks the daemon once: `await call("task_cancel", { id })`. */
export const call: Socket["call"] = socket.call.bind(socket);
