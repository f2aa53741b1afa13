import { noticeError } from "@/components";
import { t } from "@/i18n/i18n";
import { status } from "@/model";
import { call } from "@/rpc";

export type EngineVerb = "start" | "stop" | "restart" | "suspend";

/** Asks the machine to change; how it goes is seen in the status bar. */
export async function engine(verb: EngineVerb): Promise<void> {
  try {
    const next =
      verb === "suspend"
        ? await call("suspend")
        : await call(verb, { ...(verb === "start" ? { wait: false } : {}) });
    status.set(next);
  } catch (error) {
    noticeError(t(`engine-failed-${verb}`), error);
  }
}
