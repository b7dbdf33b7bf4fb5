/**
 * Lint: correctness with types, and the architecture of README ("How it is built"): client -> shared; server -> shared, models, files;
 * models -> shared, files; files -> shared; no cycles; one file per foreign library.
 */
import vueI18n from '@intlify/eslint-plugin-vue-i18n'
import * as importX from 'eslint-plugin-import-x'
import vue from 'eslint-plugin-vue'
import tseslint from 'typescript-eslint'

/** Each foreign library and the only files that may import it. */
const seams = {
  sharp: ['files/image.ts', 'models/data/**'],
  'onnxruntime-node': ['models/engines/onnx.ts', 'bench/**'],
  'onnx-buf': ['models/engines/onnxGraph.ts', 'bench/**'],
  '@tensorflow/tfjs-core': ['models/engines/tfjsWasm.ts'],
  '@tensorflow/tfjs-backend-wasm': ['models/engines/tfjsWasm.ts'],
  libsql: ['server/storage/**'],
  'socket.io': ['server/realtime/sockets.ts'],
  ws: ['server/realtime/yjs.ts'],
  jose: ['server/rooms/tokens.ts'],
  'prom-client': ['server/metrics.ts'],
  'socket.io-client': ['client/connection.ts'],
  'y-websocket': ['client/yjsChannel.ts'],
  'ag-psd': ['files/psd.ts', 'files/psdReading.ts'],
  fflate: ['files/zip.ts'],
  pg: ['server/storage/postgres/pool.ts', 'server/cluster/services.fixture.ts'],
  'node-pg-migrate': ['server/storage/postgres/migrate.ts'],
  ioredis: ['server/cluster/redis.ts'],
  msgpackr: ['server/cluster/redisBus.ts'],
  bullmq: ['server/coloring/queue/roomQueue.ts'],
  '@socket.io/redis-adapter': ['server/realtime/sockets.ts'],
  '@opentelemetry/api': ['server/tracing.ts'],
  '@opentelemetry/sdk-trace-node': ['server/tracing.ts'],
  '@opentelemetry/exporter-trace-otlp-http': ['server/tracing.ts'],
  '@opentelemetry/resources': ['server/tracing.ts'],
  'vue-i18n': ['client/i18n/i18n.ts'],
  'virtual:pwa-register': ['client/install/newVersion.ts'],
  'workbox-precaching': ['client/serviceWorker/serviceWorker.ts'],
  'workbox-routing': ['client/serviceWorker/serviceWorker.ts'],
  'workbox-strategies': ['client/serviceWorker/serviceWorker.ts'],
  idb: ['client/own/deviceStore.ts', 'client/referenceStore.ts', 'client/withDatabase.ts'],
}

const everySeam = Object.keys(seams)
const forbid = (names, folders) => ({
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      paths: names.map((name) => ({
        name,
        allowTypeImports: true,
        message: 'This library has one file of its own.',
      })),
      patterns: folders.map((folder) => ({
        regex: `^(\\.\\./)+${folder}/`,
        message: `Nothing here may import ${folder}/.`,
      })),
    },
  ],
})
const notFor = {
  shared: ['client', 'server', 'models', 'files'],
  models: ['client', 'server'],
  files: ['client', 'server', 'models'],
  server: ['client'],
  client: ['server', 'models', 'files'],
}

export default tseslint.config(
  { ignores: ['**/.venv/', 'node_modules/', 'dist/', 'models/data/cache/', '**/*.mjs', 'data/'] },
  ...tseslint.configs.recommendedTypeChecked,
  ...vue.configs['flat/recommended'],
  {
    basePath: '..',
    files: ['**/*.ts', '**/*.vue'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts', '.vue'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'], 'vue-eslint-parser': ['.vue'] },
      'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.vue'] })],
    },
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: new URL('..', import.meta.url).pathname,
        extraFileExtensions: ['.vue'],
        parser: tseslint.parser,
      },
    },
    rules: {
      'import-x/no-cycle': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': 'off',
      'no-console': 'error',
      // Closures are returned as objects here; none of their methods uses this.
      '@typescript-eslint/unbound-method': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/html-self-closing': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-indent': 'off',
      'vue/multiline-html-element-content-newline': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/no-v-html': 'error',
      // Text of people never becomes HTML.
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'createContextualFragment'].map((property) => ({
          property,
        })),
        { object: 'document', property: 'write' },
      ],
      'no-eval': 'error',
      'no-implied-eval': 'off',
      '@typescript-eslint/no-implied-eval': 'error',
      'no-new-func': 'error',
    },
  },
  ...Object.entries(notFor).map(([folder, folders]) => ({
    files: [`**/${folder}/**/*.ts`, `**/${folder}/**/*.vue`],
    rules: forbid(everySeam, folders),
  })),
  ...[...new Set(Object.values(seams).flat())].map((file) => ({
    files: [`**/${file}`],
    rules: forbid(
      everySeam.filter((name) => !seams[name].includes(file)),
      Object.entries(notFor).find(([folder]) => file.startsWith(folder))?.[1] ?? [],
    ),
  })),
  // Examples are to be copied: nothing of Nurie, only what npm has.
  { files: ['**/examples/**/*.ts'], rules: forbid([], ['client', 'server', 'models', 'files', 'shared']) },
  {
    files: ['**/*.test.ts', '**/e2e/**', '**/bench/**', '**/fuzz/**', '**/*.fixture.ts'],
    rules: {
      '@typescript-eslint/no-restricted-imports': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    // Types inside and across .vue files are vue-tsc's work; the linter cannot see them.
    files: ['**/client/**'],
    rules: Object.fromEntries(
      ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
        `@typescript-eslint/no-unsafe-${what}`,
        'off',
      ]),
    ),
  },
  {
    // What a person reads lies in client/i18n. Unknown keys do not compile; unused ones are found by messages.test.ts.
    files: ['**/client/**/*.vue'],
    plugins: { '@intlify/vue-i18n': vueI18n },
    settings: { 'vue-i18n': { messageSyntaxVersion: '^11.0.0' } },
    rules: {
      '@intlify/vue-i18n/no-raw-text': [
        'error',
        {
          attributes: {
            '/.+/': [
              'aria-label',
              'aria-description',
              'aria-valuetext',
              'aria-roledescription',
              'title',
              'placeholder',
              'alt',
              'label',
              'short',
              'tells',
              'text',
              'action',
            ],
            '/^(CopyLink|SidePanel|SwitchRow)$/': ['name'],
          },
          ignorePattern: '^[^\\p{L}]*$',
          ignoreText: ['Nurie', 'Esc'],
        },
      ],
    },
  },
  {
    files: ['**/bench/**', '**/models/data/**', '**/models/color.ts', '**/e2e/**', '**/examples/**'],
    rules: { 'no-console': 'off' },
  },
)
