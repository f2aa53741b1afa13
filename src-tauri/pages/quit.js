// Asks what should happen to containers. Keys: 1, 2, 3 choose, Escape leaves.
const { invoke } = window.__TAURI__.core;
const find = (id) => document.getElementById(id);
const question = await invoke("quit_question");
const { words } = question;

document.documentElement.lang = question.language;
document.title = words.title;
find("running").textContent = question.running;
find("remember").querySelector("span").textContent = words.remember;
find("cancel").textContent = words.cancel;
find("anyway").textContent = words.quit_anyway;

function choice(wish, key) {
  const button = document.createElement("button");
  button.type = "button";
  button.id = wish;
  button.setAttribute("aria-keyshortcuts", key);
  const name = document.createElement("strong");
  name.textContent = words[wish];
  const hint = document.createElement("small");
  hint.textContent = words[`${wish}_hint`];
  const shown = document.createElement("kbd");
  shown.textContent = key;
  shown.setAttribute("aria-hidden", "true");
  button.append(shown, name, hint);
  button.addEventListener("click", () => answer(wish));
  find("choices").append(button);
}

function complain(problem) {
  find("problem").textContent = problem;
  find("problem").hidden = !problem;
  find("anyway").hidden = !problem;
}

function busy(wish) {
  const progress = { suspend: words.suspending, stop: words.stopping }[wish];
  find("progress").textContent = progress ? `${progress} …` : "";
  for (const control of document.querySelectorAll("button, input")) {
    control.disabled = wish !== null && control.id !== "cancel" && control.id !== "anyway";
  }
}

async function answer(wish) {
  complain("");
  busy(wish);
  try {
    await invoke("quit_answer", {
      wish,
      remember: wish !== "ask" && document.forms.question.elements.remember.checked,
    });
  } catch (error) {
    busy(null);
    complain(error.hint ? `${error.message}. ${error.hint}.` : String(error.message ?? error));
  }
}

["keep", "suspend", "stop"].forEach((wish, index) => choice(wish, String(index + 1)));
find("cancel").addEventListener("click", () => answer("ask"));
find("anyway").addEventListener("click", () => answer("keep"));
complain(question.problem ?? "");
addEventListener("keydown", (event) => {
  const wish = { Escape: "ask", 1: "keep", 2: "suspend", 3: "stop" }[event.key];
  if (wish && !event.ctrlKey && !event.metaKey && !event.altKey) answer(wish);
});
find("keep").focus();
