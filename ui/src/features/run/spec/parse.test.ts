// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell, not of a template.
import { describe, expect, it } from "vitest";
import { commandLine, commandText } from "./command";
import { parseRun } from "./parse";
import { HOSTILE, randomSpec } from "./random";
import { quote, splitWords } from "./shell";
import { EMPTY } from "./spec";

function read(text: string) {
  const parsed = parseRun(text);
  if (!parsed) throw new Error(`not understood: ${text}`);
  return parsed;
}

describe("words of a shell", () => {
  it("come back from every quoted word", () => {
    for (const word of HOSTILE) expect(splitWords(`x ${quote(word)}`).words).toEqual(["x", word]);
  });

  it("show what would not be seen or would turn the text around", () => {
    expect(quote("a\u202eb'c\n\u001b[1m")).toBe("$'a\\u202eb\\'c\\n\\u001b[1m'");
    expect(splitWords(quote("a\u202eb'c\n\u001b[1m\\")).words).toEqual(["a\u202eb'c\n\u001b[1m\\"]);
    expect(splitWords("$'\\x41\\t'").words).toEqual(["A\t"]);
  });

  it("join what is continued in the manner of sh, PowerShell and cmd", () => {
    expect(splitWords("a \\\n  b").words).toEqual(["a", "b"]);
    expect(splitWords("a \\  \n  b").words).toEqual(["a", "b"]);
    expect(splitWords("a `\r\n  b").words).toEqual(["a", "b"]);
    expect(splitWords("a ^\r\n  b").words).toEqual(["a", "b"]);
    expect(splitWords("a \\\n> b").words).toEqual(["a", "b"]);
  });

  it("end with the command, and say what follows it", () => {
    expect(splitWords("a b && c d")).toMatchObject({ words: ["a", "b"], rest: "&& c d" });
    expect(splitWords("a b\nc d")).toMatchObject({ words: ["a", "b"], rest: "c d" });
    expect(splitWords("a b > out")).toMatchObject({ words: ["a", "b"], rest: "> out" });
  });

  it("report what a shell would fill in, and not what is in single quotes", () => {
    const { words, expansions } = splitWords("a $PWD:/x ${A:-b} \"$(pwd)/y\" '$no' ~/z");
    expect(words).toEqual(["a", "$PWD:/x", "${A:-b}", "$(pwd)/y", "$no", "~/z"]);
    expect(expansions).toEqual(["$PWD", "${A:-b}", "$(pwd)", "~"]);
  });

  it("report a quote that never ends", () => {
    expect(splitWords("a 'b c").open).toBe("'");
    expect(splitWords('a "b c').open).toBe('"');
    expect(splitWords("a 'b' c").open).toBeUndefined();
  });
});

describe("a pasted line", () => {
  it("may be a long one with everything that people use", () => {
    const { spec, notes } = read(`
      $ sudo docker run -dit --name web --restart unless-stopped \\
        -p 8080:80 -p127.0.0.1:5353:53/udp --publish=[::1]::443 \\
        -v /srv/site:/usr/share/nginx/html:ro -v data:/data -v /cache --tmpfs /run:size=64m \\
        --mount type=bind,source="/my files",target=/files,readonly \\
        -e A=1 -eB="two words" --env C -w /app -u 1000:1000 --network front --network-alias www \\
        -m 512m --cpus=1.5 --gpus all --shm-size 1g --init --read-only --rm=false \\
        --cap-add NET_ADMIN --cap-drop=ALL --device /dev/fuse --ulimit nofile=1024:2048 \\
        --sysctl net.core.somaxconn=1024 --security-opt no-new-privileges --add-host db=10.0.0.2 \\
        --dns 1.1.1.1 -h box --platform linux/arm64 --pull always -l a=b --label c \\
        --log-driver json-file --log-opt max-size=10m --stop-signal SIGINT --stop-timeout 30 \\
        --health-cmd 'curl -f localhost || exit 1' --health-interval 30s --entrypoint /bin/sh \\
        nginx:1 -c 'echo "hi"; sleep 1'`);
    expect(notes).toEqual([{ kind: "env-from-shell", text: "C" }]);
    expect(spec).toMatchObject({
      image: "nginx:1",
      name: "web",
      command: ["-c", 'echo "hi"; sleep 1'],
      entrypoint: "/bin/sh",
      detach: true,
      interactive: true,
      tty: true,
      remove: false,
      init: true,
      readOnly: true,
      restart: "unless-stopped",
      user: "1000:1000",
      workdir: "/app",
      memory: "512m",
      cpus: "1.5",
      gpus: "all",
      hostname: "box",
      platform: "linux/arm64",
      pull: "always",
      health: "command",
      healthCommand: "curl -f localhost || exit 1",
      healthInterval: "30s",
      capAdd: ["NET_ADMIN"],
      capDrop: ["ALL"],
      extraHosts: ["db:10.0.0.2"],
      labels: [
        { name: "a", value: "b" },
        { name: "c", value: "" },
      ],
    });
    expect(spec.ports).toEqual([
      { hostIp: "", host: "8080", container: "80", protocol: "tcp" },
      { hostIp: "127.0.0.1", host: "5353", container: "53", protocol: "udp" },
      { hostIp: "::1", host: "", container: "443", protocol: "tcp" },
    ]);
    expect(
      spec.mounts.map(({ kind, source, target, readOnly }) => [kind, source, target, readOnly]),
    ).toEqual([
      ["bind", "/srv/site", "/usr/share/nginx/html", true],
      ["volume", "data", "/data", false],
      ["volume", "", "/cache", false],
      ["tmpfs", "", "/run", false],
      ["bind", "/my files", "/files", true],
    ]);
    expect(spec.networks).toEqual([{ name: "front", aliases: ["www"], ipv4: "", ipv6: "" }]);
  });

  it.each([
    "podman run -d nginx",
    "nerdctl run -d nginx",
    "/usr/bin/docker container run -d nginx",
    "docker --context work run -d nginx",
    "FOO=1 sudo -E docker run -d nginx",
    "docker.exe run -d nginx",
    "docker create -d nginx",
  ])("may be %s", (line) => {
    expect(read(line).spec).toMatchObject({ image: "nginx", detach: true });
  });

  it("is refused when it is something else", () => {
    for (const text of ["", "ls -l", "docker ps", "docker", "nginx:1", "docker-compose run x"]) {
      expect(parseRun(text)).toBeUndefined();
    }
  });

  it("keeps and reports flags that are not understood", () => {
    const { spec, notes } = read(
      "docker run --blkio-weight 300 --frob=1 --frobnicate x -Z nginx sh",
    );
    expect(spec.others).toEqual(["--blkio-weight", "300", "--frob=1", "--frobnicate", "x", "-Z"]);
    expect(spec).toMatchObject({ image: "nginx", command: ["sh"] });
    expect(notes.every(({ kind }) => kind === "unknown-flag")).toBe(true);
    expect(notes).toHaveLength(4);
    expect(commandLine(spec)).toBe(
      "docker run --blkio-weight 300 --frob=1 --frobnicate x -Z nginx sh",
    );
  });

  it("keeps and reports values that are not understood", () => {
    const { spec, notes } = read("docker run -p eighty:80 --mount type=npipe,dst=/x nginx");
    expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
      ["bad-value", "--publish eighty:80"],
      ["bad-value", "--mount type=npipe,dst=/x"],
    ]);
    expect(spec.others).toEqual(["--publish", "eighty:80", "--mount", "type=npipe,dst=/x"]);
  });

  it("says what is missing or left out", () => {
    const kinds = (text: string) => read(text).notes.map(({ kind }) => kind);
    expect(kinds("docker run -d")).toEqual(["no-image"]);
    expect(kinds("docker run -v $PWD:/x a && docker ps")).toEqual(["expansion", "rest"]);
    expect(kinds("docker run --env-file .env 'a")).toEqual(["env-file", "open-quote"]);
  });

  it("may hold a Windows path and a variable with a default", () => {
    const [drive, variable] = read("docker run -v 'C:\\src:/app:ro' -v ${DIR:-/x}:/y a").spec
      .mounts;
    expect(drive).toMatchObject({
      kind: "bind",
      source: "C:\\src",
      target: "/app",
      readOnly: true,
    });
    expect(variable).toMatchObject({ kind: "bind", source: "${DIR:-/x}", target: "/y" });
  });

  it("does not throw on garbage", () => {
    for (const text of [
      "docker run -",
      "docker run --",
      "docker run -p",
      "docker run --= -e = -v : a",
    ]) {
      expect(() => parseRun(text)).not.toThrow();
    }
  });
});

describe("a command", () => {
  it("is the shortest form", () => {
    expect(commandLine({ ...EMPTY, image: "nginx" })).toBe("docker run nginx");
    const { spec } = read(
      "docker run --detach --interactive --tty --publish 80:80/tcp --volume a:/b:rw nginx",
    );
    expect(commandLine(spec)).toBe("docker run -dit -p 80:80 -v a:/b nginx");
  });

  it("reads back as the same spec, whatever is in it", () => {
    for (let seed = 0; seed < 600; seed++) {
      const spec = randomSpec(seed);
      const line = commandLine(spec);
      expect(parseRun(line)?.spec, line).toEqual(spec);
      expect(parseRun(commandText(spec))?.spec, line).toEqual(spec);
    }
  });
});
