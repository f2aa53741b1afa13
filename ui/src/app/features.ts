// All views, in the order of the sidebar. The only list of them.
import activity from "@/features/activity/feature";
import builds from "@/features/builds/feature";
import compose from "@/features/compose/feature";
import containers from "@/features/containers/feature";
import diagnostics from "@/features/diagnostics/feature";
import firstRun from "@/features/first-run/feature";
import images from "@/features/images/feature";
import logs from "@/features/logs/feature";
import networks from "@/features/networks/feature";
import run from "@/features/run/feature";
import settings from "@/features/settings/feature";
import space from "@/features/space/feature";
import volumes from "@/features/volumes/feature";
import type { Feature } from "./feature";

export const features: readonly Feature[] = [
  containers,
  compose,
  images,
  volumes,
  networks,
  builds,
  logs,
  activity,
  space,
  settings,
  diagnostics,
  run,
  firstRun,
];
