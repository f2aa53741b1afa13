import { go } from "@/app/nav";
import { pref } from "@/app/prefs";
import { model } from "@/model";
import { isFirst } from "./first";

/** Shows the welcome once, to who opens the dashboard of an engine that holds nothing. */
export function welcomeFirstVisit(): void {
  const stop = model.subscribe(() => {
    const freshness = model.freshness();
    if (freshness === "loading") return;
    stop();
    const done = pref("first-run.done", false);
    const containers = model.containers.snapshot();
    const atStart = /^#?\/?(containers)?$/.test(location.hash);
    if (atStart && isFirst(done, freshness === "live", containers, model.images.snapshot())) {
      go("/welcome", { replace: true });
    }
  });
}
