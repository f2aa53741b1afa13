import { browserPlatform } from "./browser";
import type { Platform } from "./platform";
import { inTauri, tauriPlatform } from "./tauri";

export type { Credentials, Platform } from "./platform";
export { NoCredentials } from "./platform";

/** The home that this page has. */
export const platform: Platform = inTauri() ? tauriPlatform() : browserPlatform();
