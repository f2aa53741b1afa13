/** Where the daemon is and what lets us in. */
export interface Credentials {
  /** Such as `http://127.0.0.1:4242`, without a slash at its end. */
  origin: string;
  token: string;
}

/** What differs between the window and a browser tab. Nothing else in ui/ knows which it is. */
export interface Platform {
  readonly kind: "browser" | "tauri";
  /**
   * Asked for before each connection: the token changes when the daemon starts
   * again. `start`: the user wants the daemon, though somebody ended it.
   */
  credentials(start?: boolean): Promise<Credentials>;
  /** Hears when other credentials were given to this page from outside. */
  onNewCredentials(listener: () => void): void;
  /** Opens an address outside of the dashboard. */
  openExternal(url: string): Promise<void>;
  /** Writes a text to the clipboard. */
  copy(text: string): Promise<void>;
  /** Saves what is at `url` (with a ticket) as a file. */
  download(url: string, name: string): Promise<void>;
  /** Lets the user choose a folder or file of the host; `null` when they leave or it can't be done. */
  pickPath(what: "file" | "folder"): Promise<string | null>;
  /** True if {@link pickPath} works. */
  readonly canPick: boolean;
  /** Shows a notification of the system, if allowed. */
  notify(title: string, body: string): Promise<void>;
}

/** There is no token: the page was opened without one. */
export class NoCredentials extends Error {}
