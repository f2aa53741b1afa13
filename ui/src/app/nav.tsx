import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  Link as RouterLink,
  redirect,
  useLocation,
  useParams as useRouterParams,
} from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import type { FeatureRoute } from "./feature";

// All that the rest of the dashboard knows of the router.
const history = createHashHistory();

/** Builds the router once; the shell draws `<Outlet/>` where the views go. */
export function makeRouter(
  routes: readonly FeatureRoute[],
  shell: () => ReactNode,
  missing: () => ReactNode,
  failed: (props: { error: unknown; reset: () => void }) => ReactNode,
) {
  const root = createRootRoute({ component: shell, notFoundComponent: missing });
  const index = createRoute({
    getParentRoute: () => root,
    path: "/",
    beforeLoad: () => {
      throw redirect({ to: "/containers", replace: true } as never);
    },
  });
  const children = routes.map(({ path, component }) =>
    createRoute({
      getParentRoute: () => root,
      path,
      component: component,
      errorComponent: failed,
    }),
  );
  return createRouter({
    routeTree: root.addChildren([index, ...children]),
    history,
    defaultPendingMs: 300,
    notFoundMode: "root",
  });
}

/** Goes to an address such as `/containers/4f2a/logs?tail=100`. */
export function go(to: string, options: { replace?: boolean } = {}): void {
  if (options.replace) history.replace(to);
  else history.push(to);
}

export function back(): void {
  history.back();
}

export function forward(): void {
  history.forward();
}

export interface LinkProps extends Omit<ComponentProps<"a">, "href"> {
  to: string;
}

/** A link inside of the dashboard. */
export function Link({ to, ...rest }: LinkProps) {
  const [pathname = "/", query] = to.split("?");
  const search = query === undefined ? {} : Object.fromEntries(new URLSearchParams(query));
  return <RouterLink {...(rest as object)} to={pathname as never} search={search as never} />;
}

/** Parameters of the address: `const { id, tab } = useParams()`. */
export function useParams(): Record<string, string | undefined> {
  return useRouterParams({ strict: false }) as Record<string, string | undefined>;
}

/** The path without query, such as `/containers/4f2a`. */
export function usePath(): string {
  return useLocation({ select: (location) => location.pathname });
}

/** The query of the address, as texts. */
export function useQueryParams(): Record<string, string> {
  const search = useLocation({ select: (location) => location.searchStr });
  return Object.fromEntries(new URLSearchParams(search));
}
