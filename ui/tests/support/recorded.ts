import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** A made-up engine behind a real dashboard server. */
export interface Recorded {
  url: string;
  stop(): Promise<void>;
}

/** What it holds: arguments of `recorded-engine`, such as `["--containers", "12"]`. */
export async function startRecorded(holds: readonly string[]): Promise<Recorded> {
  const program = process.env.BERTH_RECORDED;
  if (!program) throw new Error("BERTH_RECORDED is not set; run the tests by 'cargo xtask test'");
  const child = spawn(program, [...holds], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await firstLine(child);
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.stdin?.end();
      }),
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`recorded-engine ended with ${code}`)));
    if (!child.stdout) return;
    createInterface({ input: child.stdout }).once("line", (line) => {
      resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}
