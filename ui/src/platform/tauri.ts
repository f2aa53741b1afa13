import { CallError, sentence } from "@/rpc/error";
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

/** Why the window did not do it: `{message, hint}`. */
function refusal(thrown: unknown): CallError {
  const { message, hint } = (thrown ?? {}) as { message?: string; hint?: string | null };
  return new CallError(
    "window",
    sentence(message ?? String(thrown)),
    hint ? sentence(hint) : undefined,
  );
}

/** Commands are those of src-tauri: `credentials`, `open_external`, `copy`, `download`, `pick_path`, `notify`. */
export function tauriPlatform(): Platform {
  const invoke = async <T>(command: string, args?: Record<string, unknown>): Promise<T> => {
    const tauri = bridge();
    if (!tauri) throw new Error("the window's bridge is missing");
    try {
      return await tauri.core.invoke<T>(command, args);
    } catch (thrown) {
      throw refusal(thrown);
    }
  };
  return {
    kind: "tauri",
    canPick: true,
    credentials: (start = false) => invoke<Credentials>("credentials", { start }),
    onNewCredentials: () => undefined,
    openExternal: (url) => invoke("open_external", { url }),
    copy: (text) => invoke("copy", { text }),
    download: (url, name) => invoke("download", { url, name }),
    pickPath: (what) => invoke("pick_path", { what }),
    notify: (title, body) => invoke("notify", { title, body }),
  };
}
