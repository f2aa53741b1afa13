/** The folder that a path lies in; the root lies in itself. */
export function parent(path: string): string {
  const at = path.replace(/\/+$/, "").lastIndexOf("/");
  return at <= 0 ? "/" : path.slice(0, at);
}

export function base(path: string): string {
  const clean = path.replace(/\/+$/, "");
  return clean.slice(clean.lastIndexOf("/") + 1);
}

/** A path of its parts, without `.`, `..` and doubled slashes; never above the root. */
export function join(folder: string, name: string): string {
  const parts: string[] = [];
  for (const part of (name.startsWith("/") ? name : `${folder}/${name}`).split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The folders from the root to a path, each with its own path. */
export function crumbs(path: string): { name: string; path: string }[] {
  const parts = path.split("/").filter((part) => part !== "");
  return [
    { name: "/", path: "/" },
    ...parts.map((name, at) => ({ name, path: `/${parts.slice(0, at + 1).join("/")}` })),
  ];
}

/** Why a name can't be given to a file; `undefined` if it can. */
export function nameProblem(name: string): "empty" | "slash" | "dots" | "long" | undefined {
  if (name === "") return "empty";
  if (name.includes("/") || name.includes("\0")) return "slash";
  if (name === "." || name === "..") return "dots";
  return new TextEncoder().encode(name).length > 255 ? "long" : undefined;
}
