// Says whether the daemon lets this page in, and asks again when it went away.
const output = document.getElementById("daemon");
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function follow() {
  const { origin, token } = await window.__TAURI__.core.invoke("credentials");
  const socket = new WebSocket(`${origin.replace(/^http/, "ws")}/api/ws`, [
    "berth.v1",
    `berth.token.${token}`,
  ]);
  await new Promise((resolve, reject) => {
    socket.onopen = () => {
      output.textContent = `connected to ${origin}`;
    };
    socket.onclose = resolve;
    socket.onerror = reject;
  });
}

for (;;) {
  try {
    await follow();
    output.textContent = "gone";
  } catch (error) {
    output.textContent = `not reached: ${error?.message ?? error}`;
  }
  await pause(300);
}
