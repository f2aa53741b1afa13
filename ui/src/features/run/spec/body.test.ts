import { describe, expect, it } from "vitest";
import { createRequest } from "./body";
import { duplicate, type Inspected, specOfContainer } from "./inspect";
import { parseRun } from "./parse";
import { randomSpec } from "./random";
import type { JsonObject, RunSpec } from "./spec";

const ID = "f".repeat(64);

/** What the engine would answer for a container made by this request. */
function made(spec: RunSpec, image: JsonObject = {}): Inspected {
  const { query, body } = createRequest(spec);
  const { HostConfig, NetworkingConfig, ...config } = body;
  const ends = (NetworkingConfig as JsonObject | undefined)?.EndpointsConfig as
    | JsonObject
    | undefined;
  const host = HostConfig as JsonObject;
  return {
    Id: ID,
    Name: `/${query.name ?? "happy_name"}`,
    Config: {
      Hostname: ID.slice(0, 12),
      AttachStdout: true,
      ...image,
      ...config,
      Env: [...((image.Env ?? []) as string[]), ...((config.Env ?? []) as string[])],
      Labels: { ...(image.Labels as JsonObject), ...(config.Labels as JsonObject) },
      ExposedPorts: {
        ...(image.ExposedPorts as JsonObject),
        ...(config.ExposedPorts as JsonObject),
      },
    },
    HostConfig: {
      NetworkMode: "bridge",
      ConsoleSize: [0, 0],
      ShmSize: 67108864,
      IpcMode: "private",
      CgroupnsMode: "private",
      Runtime: "runc",
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      MaskedPaths: ["/proc/kcore"],
      Memory: 0,
      PidsLimit: null,
      ...host,
      LogConfig: { Type: "json-file", Config: {}, ...(host.LogConfig as JsonObject) },
    },
    NetworkSettings: { Networks: (ends ?? { bridge: {} }) as Record<string, JsonObject> },
  };
}

function spec(line: string): RunSpec {
  const parsed = parseRun(line);
  if (!parsed) throw new Error(line);
  return parsed.spec;
}

describe("a request", () => {
  it("holds what was asked for and nothing else", () => {
    expect(createRequest(spec("docker run -d nginx"))).toEqual({
      query: {},
      body: { Image: "nginx", HostConfig: {} },
    });
  });

  it("has every part in the engine's own shape", () => {
    const line = `docker run --name web -p 8080-8081:80-81 -p 127.0.0.1::53/udp -v a:/a:ro -v /x
      --tmpfs /t:size=1m --mount type=volume,src=v,dst=/v,volume-nocopy -e A=1 -e B -m 1.5g --cpus .5
      --gpus device=0,1 --ulimit nofile=1:2 --restart on-failure:3 --health-cmd x --health-interval 1m30s
      --device /dev/a:rw --network n --network-alias z --ip 10.0.0.2 --platform linux/arm64
      --expose 9000 -l a=b --log-opt max-size=1m i cmd`;
    const { query, body } = createRequest(spec(line.replaceAll("\n", " ")));
    expect(query).toEqual({ name: "web", platform: "linux/arm64" });
    expect(body).toEqual({
      Image: "i",
      Cmd: ["cmd"],
      Env: ["A=1"],
      Labels: { a: "b" },
      Volumes: { "/x": {} },
      ExposedPorts: { "9000/tcp": {}, "80/tcp": {}, "81/tcp": {}, "53/udp": {} },
      Healthcheck: { Test: ["CMD-SHELL", "x"], Interval: 90e9 },
      NetworkingConfig: {
        EndpointsConfig: { n: { Aliases: ["z"], IPAMConfig: { IPv4Address: "10.0.0.2" } } },
      },
      HostConfig: {
        PortBindings: {
          "80/tcp": [{ HostIp: "", HostPort: "8080" }],
          "81/tcp": [{ HostIp: "", HostPort: "8081" }],
          "53/udp": [{ HostIp: "127.0.0.1", HostPort: "" }],
        },
        Binds: ["a:/a:ro"],
        Tmpfs: { "/t": "size=1m" },
        Mounts: [{ Type: "volume", Source: "v", Target: "/v", VolumeOptions: { NoCopy: true } }],
        Memory: 1610612736,
        NanoCpus: 5e8,
        DeviceRequests: [{ Driver: "", Count: 0, DeviceIDs: ["0", "1"], Capabilities: [["gpu"]] }],
        Ulimits: [{ Name: "nofile", Soft: 1, Hard: 2 }],
        RestartPolicy: { Name: "on-failure", MaximumRetryCount: 3 },
        Devices: [{ PathOnHost: "/dev/a", PathInContainer: "/dev/a", CgroupPermissions: "rw" }],
        NetworkMode: "n",
        LogConfig: { Config: { "max-size": "1m" } },
      },
    });
  });
});

describe("an inspected container", () => {
  const around = { keepAnonymous: false };

  it("leads to the same request again, whatever is in it", () => {
    for (let seed = 0; seed < 500; seed++) {
      const { platform: _none, ...wanted } = { ...randomSpec(seed), name: "kept" };
      const before = { ...wanted, platform: "" };
      // Which driver stands for none depends on whether it has options.
      if (before.logDriver !== "local")
        before.logDriver = before.logOptions.length > 0 ? "json-file" : "";
      const again = specOfContainer(made(before), around);
      expect(createRequest(again), `seed ${seed}`).toEqual(createRequest(before));
      expect(again.carried, `seed ${seed}`).toEqual({ config: {}, hostConfig: {} });
    }
  });

  it("does not repeat what the image says", () => {
    const image: JsonObject = {
      Env: ["PATH=/bin", "X=1"],
      Cmd: ["serve"],
      Entrypoint: ["/start"],
      Labels: { maker: "me" },
      ExposedPorts: { "80/tcp": {} },
      WorkingDir: "/srv",
      User: "app",
      StopSignal: "SIGQUIT",
      Healthcheck: { Test: ["CMD", "ok"], Interval: 1e9 },
    };
    const plain = made(spec("docker run -d --name a -e Y=2 nginx"), image);
    expect(specOfContainer(plain, { ...around, image })).toEqual(
      spec("docker run -d --name a -e Y=2 nginx"),
    );
  });

  it("keeps an entrypoint of several words as one and arguments", () => {
    const container = made(spec("docker run i x"));
    const changed = {
      ...container,
      Config: { ...container.Config, Entrypoint: ["/bin/sh", "-c"] },
    };
    expect(specOfContainer(changed, around)).toMatchObject({
      entrypoint: "/bin/sh",
      command: ["-c", "x"],
    });
  });

  it("carries what the form does not show", () => {
    const container = made(spec("docker run i"));
    const host = {
      ...container.HostConfig,
      CpuPeriod: 1000,
      BlkioWeight: 300,
      MaskedPaths: [],
      Mounts: [{ Type: "image", Source: "x", Target: "/x" }],
    };
    const config = { ...container.Config, Healthcheck: { Test: ["CMD", "a", "b"], Interval: 5e9 } };
    const read = specOfContainer({ ...container, HostConfig: host, Config: config }, around);
    const { body } = createRequest(read);
    expect(body.HostConfig).toMatchObject({
      CpuPeriod: 1000,
      BlkioWeight: 300,
      MaskedPaths: [],
      Mounts: [{ Type: "image", Source: "x", Target: "/x" }],
    });
    expect(body.Healthcheck).toEqual({ Test: ["CMD", "a", "b"], Interval: 5e9 });
  });

  it("keeps anonymous volumes when it is made anew, and not for a second one", () => {
    const container: Inspected = {
      ...made(spec("docker run -v /data i")),
      Mounts: [{ Type: "volume", Name: "0f".repeat(32), Destination: "/data", RW: true }],
    };
    expect(specOfContainer(container, { keepAnonymous: true }).mounts).toMatchObject([
      { kind: "volume", source: "0f".repeat(32), target: "/data" },
    ]);
    expect(specOfContainer(container, around).mounts).toMatchObject([
      { source: "", target: "/data" },
    ]);
  });

  it("leaves out what the engine adds by itself", () => {
    const container = made(spec("docker run -m 1g --network n --network-alias a i"));
    const host = { ...container.HostConfig, MemorySwap: 2 ** 31 };
    const networks = { n: { Aliases: ["a", ID.slice(0, 12)], IPAMConfig: null } };
    const read = specOfContainer(
      { ...container, HostConfig: host, NetworkSettings: { Networks: networks } },
      around,
    );
    expect(read).toMatchObject({ memory: "1g", memorySwap: "", hostname: "" });
    expect(read.networks).toEqual([{ name: "n", aliases: ["a"], ipv4: "", ipv6: "" }]);
  });

  it("gives up what only one can have when there are to be two", () => {
    const first = spec(
      "docker run --name a --network n --ip 10.0.0.2 -l com.docker.compose.project=p -l x=y i",
    );
    expect(duplicate(first, (name) => name === "a-copy")).toMatchObject({
      name: "a-copy-2",
      networks: [{ name: "n", ipv4: "" }],
      labels: [{ name: "x", value: "y" }],
    });
  });
});
