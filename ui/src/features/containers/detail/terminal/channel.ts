import { platform } from "@/platform";

/** How a terminal's stream ended. */
export type Ending =
  | { kind: "ended"; code: number | undefined }
  | { kind: "lost" }
  | { kind: "refused"; why: string };

/** What the close of a terminal's socket means; see the daemon's `terminal.rs`. */
export function endingOf(code: number, reason: string): Ending {
  let body: { exit_code?: number; message?: string } = {};
  try {
    body = JSON.parse(reason) as typeof body;
  } catch {
    // No JSON: the reason itself is all there is.
  }
  if (code === 1000) return { kind: "ended", code: body.exit_code };
  if (code >= 4000) return { kind: "refused", why: body.message ?? reason };
  return { kind: "lost" };
}

export interface Channel {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** Opens the stream of a terminal: `/exec/ID` or `/attach/ID?…`. */
export async function openChannel(
  path: string,
  onData: (bytes: Uint8Array) => void,
  onEnd: (ending: Ending) => void,
): Promise<Channel> {
  const { origin, token } = await platform.credentials();
  const url = `${origin.replace(/^http/, "ws")}/api/terminal${path}`;
  const socket = new WebSocket(url, ["berth.v1", `berth.token.${token}`]);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) onData(new Uint8Array(data));
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onclose = ({ code, reason }) => {
      reject(new Error("closed"));
      onEnd(endingOf(code, reason));
    };
  });
  return {
    send: (bytes) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes);
    },
    close: () => socket.close(),
  };
}
