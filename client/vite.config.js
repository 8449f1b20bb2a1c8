import { defineConfig } from "vite";

// All addresses are relative, for a page below Home Assistant's ingress or a proxy's path. No file becomes a data: address,
// which the policy of the web process forbids.
export default defineConfig({
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../daemon/talkpace/web/built",
    emptyOutDir: true,
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    target: "es2022",
  },
});
