import { FrameReader } from "@/features/containers/detail/logic/frames";
import { docker } from "@/rpc";

/** Seconds with a fraction, as the engine takes them: the whole of a millisecond. */
export function around(ms: number): { since: string; until: string } {
  const text = (value: number) =>
    `${Math.floor(value / 1000)}.${String(value % 1000).padStart(3, "0")}`;
  return { since: text(ms), until: text(ms + 1) };
}

/** What a container wrote within a millisecond, uncut, from the engine itself. */
export async function wholeLine(container: string, ms: number, stderr: boolean): Promise<Blob> {
  const answer = await docker.request("GET", `/containers/${container}/logs`, {
    query: { stdout: !stderr, stderr, ...around(ms) },
  });
  const framed = !(answer.headers.get("Content-Type") ?? "").includes("raw-stream");
  const parts: BlobPart[] = [];
  const frames = new FrameReader();
  const reader = answer.body?.getReader();
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    if (!framed) parts.push(value);
    else frames.push(value, (_, bytes) => parts.push(bytes.slice() as BlobPart));
  }
  return new Blob(parts, { type: "text/plain" });
}
