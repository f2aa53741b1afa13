import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where `npm run dev` finds a daemon (or the recorded engine): BERTH_ORIGIN=http://127.0.0.1:PORT
const origin = process.env.BERTH_ORIGIN ?? "http://127.0.0.1:2375";

export default defineConfig({
  resolve: { tsconfigPaths: true },
  plugins: [react()],
  build: {
    target: ["es2023", "safari16.4"],
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 900,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": { target: origin, ws: true },
      "/docker": { target: origin, ws: true },
    },
  },
});
