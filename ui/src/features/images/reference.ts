/** An image's name in its parts. */
export interface Reference {
  /** Such as `registry.example:5000/team/app` or `nginx`. */
  repository: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** Splits a name; a port of the registry is no tag. */
export function parseReference(name: string): Reference {
  const [rest = "", digest] = name.split("@", 2);
  const colon = rest.lastIndexOf(":");
  const tagged = colon > rest.lastIndexOf("/");
  return {
    repository: tagged ? rest.slice(0, colon) : rest,
    tag: tagged ? rest.slice(colon + 1) : undefined,
    digest,
  };
}

// The grammar of https://github.com/distribution/reference.
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?";
const VALID = new RegExp(
  `^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`,
);

/** Why a text is no image name, as the ID of a message; `undefined` if it is one. */
export function referenceProblem(name: string): string | undefined {
  if (name.trim() === "") return "images-name-missing";
  if (/\s/.test(name)) return "images-name-space";
  if (VALID.test(name)) return undefined;
  return VALID.test(name.toLowerCase()) ? "images-name-upper" : "images-name-bad";
}

/** The first twelve digits of an ID, without its algorithm. */
export function shortId(id: string): string {
  return id.replace(/^sha256:/, "").slice(0, 12);
}
