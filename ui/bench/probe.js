// Runs inside the measured page, before anything of it: notes when messages come and when
// what they say is on the screen.
(() => {
  const probe = {
    snapshotAt: 0,
    paintedAt: 0,
    delays: [],
    stalls: [],
    messages: 0,
  };
  globalThis.__probe = probe;
  const waiting = new Map();
  const Plain = globalThis.WebSocket;
  const states = new Map();

  function noted(text) {
    probe.messages++;
    if (text.length > 4_000_000) return;
    const reply = JSON.parse(text);
    const event = reply.event;
    if (!event) return;
    if (event.kind === "live" && !probe.snapshotAt) probe.snapshotAt = performance.now();
    if (event.kind !== "changes") return;
    for (const change of event.changes) {
      if (change.what !== "container") continue;
      const { name, state } = change.value;
      const before = states.get(name);
      states.set(name, state);
      if (!probe.paintedAt || before === undefined || before === state) continue;
      if (["running", "exited", "paused"].includes(state)) {
        waiting.set(name, { state, since: performance.now() });
      }
    }
  }

  globalThis.WebSocket = class extends Plain {
    constructor(...args) {
      super(...args);
      this.addEventListener("message", ({ data }) => typeof data === "string" && noted(data));
    }
  };

  const words = { running: /running|healthy|starting/, exited: /exited/, paused: /paused/ };

  function look() {
    const rows = document.querySelectorAll('main [role="row"]');
    if (!probe.paintedAt && rows.length > 10) probe.paintedAt = performance.now();
    if (waiting.size > 0) {
      const now = performance.now();
      const texts = [...rows].map((row) => row.textContent);
      for (const [name, { state, since }] of waiting) {
        const text = texts.find((it) => it.includes(name));
        // Out of sight: nothing to see, nothing to measure.
        if (text === undefined) waiting.delete(name);
        else if (words[state].test(text)) {
          probe.delays.push(now - since);
          waiting.delete(name);
        } else if (now - since > 10_000) {
          probe.delays.push(now - since);
          waiting.delete(name);
        }
      }
    }
    requestAnimationFrame(look);
  }
  requestAnimationFrame(look);

  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) probe.stalls.push(entry.duration);
  }).observe({ type: "longtask", buffered: true });

  probe.scroll = (element, seconds) =>
    new Promise((done) => {
      const frames = [];
      const begin = performance.now();
      let last = begin;
      let by = 60;
      const step = (now) => {
        frames.push(now - last);
        last = now;
        element.scrollTop += by;
        if (element.scrollTop + element.clientHeight >= element.scrollHeight - 1) by = -60;
        if (element.scrollTop <= 0) by = 60;
        if (now - begin < seconds * 1000) requestAnimationFrame(step);
        else done(frames.slice(1));
      };
      requestAnimationFrame(step);
    });
})();
