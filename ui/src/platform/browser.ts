import { type Credentials, NoCredentials, type Platform } from "./platform";

const KEY = "berth.token";

/** Takes the token out of the address, so that it stands in no history and no picture. */
export function takeToken(location: Location, history: History, store: Storage): string | null {
  const match = /[#&]token=([^&]+)/.exec(location.hash);
  const token = match?.[1];
  if (!token) return store.getItem(KEY);
  store.setItem(KEY, token);
  history.replaceState(history.state, "", `${location.pathname}${location.search}#/`);
  return token;
}

export function browserPlatform(): Platform {
  let token = takeToken(window.location, window.history, window.sessionStorage);
  return {
    kind: "browser",
    canPick: false,
    async credentials(): Promise<Credentials> {
      token = takeToken(window.location, window.history, window.sessionStorage);
      if (!token) throw new NoCredentials("this page was opened without its token");
      return { origin: window.location.origin, token };
    },
    onNewCredentials(listener) {
      // `berth dashboard` may lead to a tab that is open already: only its fragment changes then.
      const taken = () => {
        if (!/[#&]token=/.test(window.location.hash)) return;
        token = takeToken(window.location, window.history, window.sessionStorage);
        listener();
      };
      window.addEventListener("popstate", taken, { capture: true });
      window.addEventListener("hashchange", taken, { capture: true });
    },
    async openExternal(url) {
      window.open(url, "_blank", "noopener,noreferrer");
    },
    async copy(text) {
      await navigator.clipboard.writeText(text);
    },
    async download(url, name) {
      const link = document.createElement("a");
      link.href = url;
      link.download = name;
      link.click();
    },
    async pickPath() {
      return null;
    },
    async notify(title, body) {
      if (!("Notification" in window) || Notification.permission !== "granted") return;
      new Notification(title, { body });
    },
  };
}
