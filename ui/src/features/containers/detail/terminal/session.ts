import { FitAddon } from "@xterm/addon-fit";
import { SearchAddon } from "@xterm/addon-search";
import { Terminal } from "@xterm/xterm";
import { openLink } from "@/features/logs/viewer/link";
import { platform } from "@/platform";
import { docker } from "@/rpc";
import { CallError } from "@/rpc/error";
import { safeTitle, TERMINAL_ENV } from "../logic/shell";
import { type Channel, type Ending, openChannel } from "./channel";
import { guardPaste } from "./paste";
import { terminalTheme } from "./theme";

export type SessionState = "opening" | "open" | "ended" | "lost" | "failed";

/** What a session runs: a shell in the container, or a container of its own beside it. */
export type Target =
  | { kind: "exec"; container: string; shell: string; user: string }
  | { kind: "attach"; container: string; shell: string };

const RESIZE_MS = 120;
const SCROLLBACK = 5000;
const encoder = new TextEncoder();

/** A terminal and its stream. It lives on while its tab is not shown. */
export class Session {
  readonly terminal: Terminal;
  readonly fit = new FitAddon();
  readonly search = new SearchAddon();
  /** What is put into the page. */
  readonly element = document.createElement("div");
  state: SessionState = "opening";
  title: string;
  error: CallError | undefined;
  private channel: Channel | undefined;
  private execId: string | undefined;
  private resizing: ReturnType<typeof setTimeout> | undefined;
  private opened = false;

  constructor(
    readonly id: number,
    readonly target: Target,
    private readonly changed: () => void,
  ) {
    this.title = target.shell.split("/").pop() ?? "sh";
    this.terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue("--mono"),
      fontSize: 13,
      lineHeight: 1.2,
      scrollback: SCROLLBACK,
      minimumContrastRatio: 4.5,
      macOptionIsMeta: true,
      screenReaderMode: false,
      theme: terminalTheme(),
      linkHandler: { activate: (event, text) => void openLink(text, event) },
    });
    this.terminal.loadAddon(this.fit);
    this.terminal.loadAddon(this.search);
    // Programs may not write the clipboard (OSC 52): whoever copies does it by hand.
    this.terminal.parser.registerOscHandler(52, () => true);
    this.terminal.onTitleChange((title) => this.become({ title: safeTitle(title) || this.title }));
    this.terminal.onData((data) => this.input(encoder.encode(data)));
    this.terminal.onBinary((data) =>
      this.input(Uint8Array.from(data, (char) => char.charCodeAt(0) & 0xff)),
    );
    this.terminal.onResize(() => this.resize());
    this.terminal.attachCustomKeyEventHandler((event) => this.key(event));
    guardPaste(this.element, this.terminal);
  }

  /** Puts the terminal into `parent` and fits it. */
  show(parent: HTMLElement): void {
    parent.replaceChildren(this.element);
    if (!this.opened) {
      this.opened = true;
      this.terminal.open(this.element);
    }
    this.refit();
  }

  refit(): void {
    if (this.element.offsetWidth > 0) this.fit.fit();
  }

  retheme(): void {
    this.terminal.options.theme = terminalTheme();
  }

  /** Opens the stream; called again to connect anew. */
  async connect(): Promise<void> {
    this.become({ state: "opening", error: undefined });
    try {
      const path = this.target.kind === "exec" ? await this.exec(this.target) : this.attach();
      const onData = (bytes: Uint8Array) => this.terminal.write(bytes);
      this.channel = await openChannel(path, onData, (ending) => this.end(ending));
      if (this.target.kind === "attach")
        await docker.post(`/containers/${this.target.container}/start`);
      this.become({ state: "open" });
      this.resize();
    } catch (thrown) {
      if (this.state === "opening") this.become({ state: "failed", error: CallError.from(thrown) });
    }
  }

  dispose(): void {
    clearTimeout(this.resizing);
    this.channel?.close();
    if (this.target.kind === "attach") {
      docker.delete(`/containers/${this.target.container}`, { force: true }).catch(() => {
        // It removes itself when its shell ends.
      });
    }
    this.terminal.dispose();
    this.element.remove();
  }

  private async exec({ container, shell, user }: Target & { kind: "exec" }): Promise<string> {
    const { rows, cols } = this.terminal;
    const { Id } = await docker.post<{ Id: string }>(`/containers/${container}/exec`, {
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
      Cmd: [shell],
      Env: TERMINAL_ENV,
      User: user,
      ConsoleSize: [rows, cols],
    });
    this.execId = Id;
    return `/exec/${Id}?cols=${cols}&rows=${rows}`;
  }

  private attach(): string {
    return `/attach/${this.target.container}?stream=1&stdin=1&stdout=1&stderr=1`;
  }

  private input(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.state === "open") this.channel?.send(bytes);
    else if (this.state !== "opening" && bytes[0] === 13) void this.connect();
  }

  /** True lets the terminal have the key. */
  private key(event: KeyboardEvent): boolean {
    if (event.key === "Escape" && event.shiftKey) {
      if (event.type === "keydown") this.leave();
      return false;
    }
    const letter = event.key.toLowerCase();
    if (!event.ctrlKey || !event.shiftKey || (letter !== "c" && letter !== "v")) return true;
    if (letter === "c" && event.type === "keydown") {
      event.preventDefault();
      void platform.copy(this.terminal.getSelection());
    }
    // Pasting is the browser's own doing: it brings the text without asking for rights.
    return false;
  }

  /** The way out for those who use keys: the Tab key belongs to the shell. */
  private leave(): void {
    const pane = this.element.closest('[role="tabpanel"]');
    document.querySelector<HTMLElement>(`[aria-controls="${pane?.id}"]`)?.focus();
  }

  private end(ending: Ending): void {
    this.channel = undefined;
    if (ending.kind === "refused") {
      const error = new CallError("docker_exec", ending.why);
      this.become({ state: "failed", error });
    } else this.become({ state: ending.kind });
  }

  private resize(): void {
    clearTimeout(this.resizing);
    this.resizing = setTimeout(() => {
      const { rows: h, cols: w } = this.terminal;
      const path = this.execId ? `/exec/${this.execId}` : `/containers/${this.target.container}`;
      if (this.state !== "open") return;
      docker.post(`${path}/resize`, undefined, { h, w }).catch(() => {
        // The program has just ended: there is nothing to resize.
      });
    }, RESIZE_MS);
  }

  private become(change: Partial<Pick<Session, "state" | "title" | "error">>): void {
    Object.assign(this, change);
    this.changed();
  }
}
