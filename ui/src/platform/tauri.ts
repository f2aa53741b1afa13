import type { Credentials, Platform } from "./platform";

/** The part of Tauri's bridge that is used; present in the window only. */
interface Bridge {
  core: { invoke<T>(command: string, args?: Record<string, unknown>): Promise<T> };
}

function bridge(): Bridge | undefined {
  return (window as unknown as { __TAURI__?: Bridge }).__TAURI__;
}

export function inTauri(): boolean {
  return bridge() !== undefined;
}

/** Commands are those of src-tauri: `credentials`, `open_external`, `copy`, `download`, `pick_path`, `notify`. */
export function tauriPlatform(): Platform {
  const invoke = async <T>(command: string, args?: Record<string, unknown>): Promise<T> => {
    const tauri = bridge();
    if (!tauri) throw new Error("the window's bridge is missing");
    return tauri.core.invoke<T>(command, args);
  };
  return {
    kind: "tauri",
    canPick: true,
    credentials: () => invoke<Credentials>("credentials"),
    openExternal: (url) => invoke("open_external", { url }),
    copy: (text) => invoke("copy", { text }),
    download: (url, name) => invoke("download", { url, name }),
    pickPath: (what) => invoke("pick_path", { what }),
    notify: (title, body) => invoke("notify", { title, body }),
  };
}
