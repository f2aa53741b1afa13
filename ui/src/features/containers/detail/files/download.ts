import { platform } from "@/platform";
import { queryString } from "@/rpc/docker";
import { CallError } from "@/rpc/error";

/** Saves what the engine answers at a path, by the browser's own download. */
export async function download(
  path: string,
  query: Record<string, string>,
  name: string,
): Promise<void> {
  const { origin, token } = await platform.credentials();
  const answer = await fetch(`${origin}/api/ticket`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
    body: JSON.stringify({ path: `/docker${path}${queryString(query)}`, name }),
  });
  if (!answer.ok) throw new CallError(`http_${answer.status}`, await answer.text());
  const { url } = (await answer.json()) as { url: string };
  await platform.download(new URL(url, origin).href, name);
}
