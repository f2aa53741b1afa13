import { defineConfig } from "@playwright/test";

// Two kinds of tests: `recorded` against a made-up engine of any size (fast, the same each
// time), `engine` against the real one in the real VM. `cargo xtask test` starts both.
export default defineConfig({
  testDir: ".",
  outputDir: "../../target/ui-tests",
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 800 },
    trace: "retain-on-failure",
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "recorded", testDir: "recorded" },
    // One engine for all, emulated on CI: one test at a time, and longer waits.
    {
      name: "engine",
      testDir: "engine",
      fullyParallel: false,
      workers: 1,
      timeout: 180_000,
      expect: { timeout: 60_000 },
    },
  ],
});
