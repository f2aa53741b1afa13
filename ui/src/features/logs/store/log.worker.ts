// The thread that holds the lines: the page asks it for those that it draws.
import { LogEngine } from "./engine";
import { exported } from "./export";
import type { FromWorker, ToWorker } from "./protocol";

const SLICE_MS = 12;
const TELL_MS = 40;
/** While a filter works, so that drawing does not hold it up. */
const TELL_WORKING_MS = 120;

const engine = new LogEngine();
const turns = new MessageChannel();
let working = false;
let told = 0;
let telling: ReturnType<typeof setTimeout> | undefined;

function post(message: FromWorker): void {
  self.postMessage(message);
}

function tell(): void {
  telling = undefined;
  told = performance.now();
  post({ kind: "state", state: engine.state() });
}

/** Tells the state at once, but not more often than the page can draw it. */
function changed(): void {
  if (telling !== undefined) return;
  const wait = working ? TELL_WORKING_MS : TELL_MS;
  telling = setTimeout(tell, Math.max(0, told + wait - performance.now()));
}

function work(): void {
  const until = performance.now() + SLICE_MS;
  working = !engine.work(() => performance.now() > until);
  changed();
  if (working) turns.port2.postMessage(null);
}

turns.port1.onmessage = work;

function begin(): void {
  if (!working) work();
}

function receive(message: ToWorker): void {
  switch (message.kind) {
    case "append":
      engine.append(message.lines);
      return begin();
    case "sources":
      return engine.setSources(message.sources);
    case "filter":
      engine.setFilter(message.filter);
      begin();
      return tell();
    case "clear":
      engine.clear();
      return tell();
    case "rows": {
      const rows = engine.rows(message.from, message.to);
      return post({ kind: "rows", ask: message.ask, revision: engine.state().revision, rows });
    }
    case "step":
    case "locate": {
      const position =
        message.kind === "step" ? engine.step(message.from, message.by) : engine.locate(message.id);
      const { revision } = engine.state();
      return post({ kind: "position", ask: message.ask, revision, position });
    }
    case "export": {
      const type = message.format === "json" ? "application/x-ndjson" : "text/plain";
      const blob = new Blob(exported(engine, message.format, message.from, message.to), { type });
      return post({ kind: "exported", ask: message.ask, blob });
    }
  }
}

self.onmessage = (event: MessageEvent<ToWorker>) => receive(event.data);
