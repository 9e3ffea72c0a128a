import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { shell } from './vite.shell.ts';

/** Where `npm run dev` finds a server; `VISAVIS_SERVER=http://127.0.0.1:9000 npm run dev`. */
const server = process.env['VISAVIS_SERVER'] ?? 'http://127.0.0.1:8080';
/** Paths that the server answers rather than the client. */
const serverPaths = ['/v1.0', '/openapi.json', '/health', '/demo', '/dev'];

export default defineConfig({
  plugins: [react(), shell()],
  build: {
    target: 'es2023',
    assetsDir: 'assets',
    // Nothing may be inlined: the Content-Security-Policy allows neither data: scripts nor styles.
    assetsInlineLimit: 0,
    // The preload helper would be an inline script in other set-ups; module preloads suffice.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 20 },
            { name: 'composer', test: /node_modules\/(lexical|@lexical)\//, priority: 20 },
          ],
        },
      },
    },
  },
  server: {
    proxy: Object.fromEntries(
      serverPaths.map((path) => [path, { target: server, ws: true, changeOrigin: false }]),
    ),
  },
  test: {
    environment: 'jsdom',
    globals: false,
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/setup.ts'],
    restoreMocks: true,
    // A busy machine takes its time with a dialog; a test that hangs still ends.
    testTimeout: 30_000,
  },
});
