/**
 * Where `npm run engine:tfjs` puts the real TensorFlow. Outside node_modules, for `npm ci` would erase the addon built there.
 *
 * `.engines/tfjs-KIND/`: `node_modules/` (npm), `site/` (the wheels' own layout: TensorFlow finds NVIDIA's libraries beside it by that),
 * and last `ready.json`: without it the folder is half made and nobody's.
 */
import { fileURLToPath } from 'node:url'

/** The builds of TensorFlow for Node, best first. */
export const tfjsKinds = ['gpu', 'cpu'] as const
export type TfjsKind = (typeof tfjsKinds)[number]

export const tfjsPackages: Record<TfjsKind, string> = {
  gpu: '@tensorflow/tfjs-node-gpu',
  cpu: '@tensorflow/tfjs-node',
}

export const tfjsFolder = (kind: TfjsKind): string =>
  fileURLToPath(new URL(`../../.engines/tfjs-${kind}`, import.meta.url))

export const READY = 'ready.json'
