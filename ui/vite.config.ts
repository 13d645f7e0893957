import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running hub; the built page is served by the hub itself. */
const HUB = process.env['CONSENTRY_HUB'] ?? 'http://127.0.0.1:8787';

export default defineConfig({
  plugins: [svelte()],
  build: {
    outDir: '../src/consentry/web/static',
    emptyOutDir: true,
    target: 'es2022',
    // One script and one style sheet: the page is on the same machine, requests cost more than bytes.
    cssCodeSplit: false,
    // The page's Content-Security-Policy allows no data: scripts or fonts; keep every asset a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The owner's page, and the one that recipients of a shared clip see.
    rolldownOptions: { input: ['index.html', 'share.html'] },
  },
  server: { proxy: { '/api': { target: HUB, ws: true } } },
});
