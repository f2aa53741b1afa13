import "./app/tokens.css";
import "./app/reset.css";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { keepAppearance } from "./app/appearance";
import { onKeyDown, watchInput } from "./app/keymap";
import { keepPrefs } from "./app/prefs";
import { router } from "./app/router";
import { watchFocus } from "./components/focusReturn";
import { welcomeFirstVisit } from "./features/first-run/visit";
import { keepModel } from "./model";

async function main(): Promise<void> {
  const root = document.getElementById("root");
  if (!root) return;
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 5000, refetchOnWindowFocus: false } },
  });
  await keepAppearance();
  keepPrefs();
  keepModel();
  welcomeFirstVisit();
  watchInput();
  watchFocus();
  window.addEventListener("keydown", onKeyDown);
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void main();
