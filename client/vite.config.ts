/** Builds the page into dist/client, which the server serves; in development it talks to the server on port 8080. */
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

const server = 'http://localhost:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [vue()],
  resolve: { dedupe: ['yjs', 'lib0', 'vue'] },
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    chunkSizeWarningLimit: 700,
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
