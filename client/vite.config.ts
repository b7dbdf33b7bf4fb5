/** Builds the page into dist/client, which the server serves; in development it talks to the server on port 8080. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { precompressed } from '../.config/precompressed.ts'
import { manifest } from './install/manifest.ts'

const server = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [
    vue(),
    VitePWA({
      strategies: 'injectManifest',
      srcDir: 'serviceWorker',
      filename: 'serviceWorker.ts',
      outDir: '../dist/client',
      injectRegister: false,
      manifest,
      // Fetched with the page itself; the pictures of the manifest are for the installer.
      includeManifestIcons: false,
      injectManifest: {
        globPatterns: ['index.html', 'assets/**/*.{js,css,svg,wasm}', 'favicon.svg'],
        rollupFormat: 'iife',
      },
    }),
    precompressed(),
  ],
  resolve: { dedupe: ['yjs', 'lib0', 'vue'] },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
  },
  // Ways of these libraries that the page does not use stay out of what people fetch.
  define: {
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  worker: { format: 'es' },
  server: {
    proxy: {
      '/api': server,
      '/samples': server,
      '/yjs': { target: server, ws: true },
      '/socket.io': { target: server, ws: true },
    },
  },
})
