import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { composeObject, composeText } from "./compose";
import { parseEnvFile } from "./envfile";
import { parseRun } from "./parse";
import { randomSpec } from "./random";

function text(line: string): string {
  const parsed = parseRun(line);
  if (!parsed) throw new Error(line);
  return composeText(parsed.spec);
}

describe("a compose file", () => {
  it("reads as somebody would write it", () => {
    expect(
      text(
        "docker run -d --name web --restart always -p 8080:80 -v data:/data -v /srv:/srv:ro -e A=1 -m 1g --network front nginx:1",
      ),
    ).toBe(`services:
  web:
    image: nginx:1
    container_name: web
    restart: always
    ports:
      - "8080:80"
    volumes:
      - data:/data
      - /srv:/srv:ro
    environment:
      A: "1"
    networks:
      - front
    mem_limit: 1g
volumes:
  data:
networks:
  front:
    external: true
`);
  });

  it("names the service after the image where there is no name", () => {
    expect(text("docker run ghcr.io/a/my-app:1@sha256:ab")).toContain("services:\n  my-app:\n");
  });

  it("says what it can't hold", () => {
    expect(text("docker run --rm --frob=1 nginx")).toContain(
      "# compose has nothing for: --rm\n# compose has nothing for: --frob=1\n",
    );
  });

  it("keeps a dollar sign from being filled in", () => {
    expect(text("docker run -e 'A=$HOME' nginx echo '$x'")).toContain("A: $$HOME");
  });

  it("is YAML that means what was meant, whatever is in it", () => {
    for (let seed = 0; seed < 300; seed++) {
      const spec = randomSpec(seed);
      const written = composeText(spec);
      const meant = JSON.parse(JSON.stringify(composeObject(spec)));
      expect(parse(written), written).toEqual(meant);
    }
  });
});

describe("a pasted environment", () => {
  it("may have comments, quotes and export", () => {
    expect(
      parseEnvFile("# note\nA=1\nexport B=\"two\\nlines\" # x\nC='$raw'\n\nD\nE=a b # c\nF=\n"),
    ).toEqual([
      { name: "A", value: "1" },
      { name: "B", value: "two\nlines" },
      { name: "C", value: "$raw" },
      { name: "D", value: null },
      { name: "E", value: "a b" },
      { name: "F", value: "" },
    ]);
  });
});
