import { lazy } from "react";
import { Missing, ViewFailed } from "./fallbacks";
import { features } from "./features";
import { makeRouter } from "./nav";
import { Shell } from "./Shell";

const gallery = import.meta.env.DEV || import.meta.env.VITE_GALLERY === "1";

const routes = features.flatMap((feature) => feature.routes);
const devRoutes = gallery
  ? [{ path: "/gallery", component: lazy(() => import("@/components/gallery/Gallery")) }]
  : [];

export const router = makeRouter([...routes, ...devRoutes], Shell, Missing, ViewFailed);
