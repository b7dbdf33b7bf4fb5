/** TensorFlow itself: the whole contract on each build that `npm run engine:tfjs` has set up here (CI sets the CPU's up: .ci/run). */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { readWeights } from '../manifest.ts'
import { engineAgreement } from './engineAgreement.fixture.ts'
import { engineContract } from './engineContract.fixture.ts'
import { openTfjsEngine } from './tfjs.ts'
import { tfjsAgreement } from './tfjsAgreement.fixture.ts'
import { READY, tfjsPackages } from './tfjsFolder.ts'
import { installedTfjs, openTfjsNode } from './tfjsNode.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nurie-tfjs-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('E16 tfjs refuses a build of TensorFlow that is half made, with the command that makes it', () => {
  mkdirSync(join(folder, 'node_modules', tfjsPackages.cpu), { recursive: true })
  expect(() => openTfjsNode({ kind: 'cpu', threads: 1, folder })).toThrow(
    '@tensorflow/tfjs-node is not installed: `npm run engine:tfjs -- cpu` sets it up.',
  )
})

it('E16 tfjs refuses a build of TensorFlow that does not load, with why and what helps', () => {
  const home = join(folder, 'node_modules', tfjsPackages.gpu)
  mkdirSync(home, { recursive: true })
  writeFileSync(join(home, 'index.js'), "throw new Error('libtensorflow_cc.so.2: no such file\\nand more')")
  writeFileSync(join(folder, READY), '{}')
  expect(() => openTfjsNode({ kind: 'gpu', threads: 1, folder })).toThrow(
    /tfjs-node-gpu does not load here \(libtensorflow_cc.so.2: no such file\)\. Delete .*npm run engine:tfjs -- gpu/,
  )
})

it('E16 tfjs takes TensorFlow before WebAssembly where it is set up, and names what it runs on', async () => {
  const engine = await openTfjsEngine({ weights: await readWeights(), threads: 2 })
  expect(engine.name).toBe('tfjs')
  expect(engine.device).toMatch(installedTfjs() ? /^TensorFlow 2\.\d+/ : /^WebAssembly/)
  await engine.close()
})

const kind = installedTfjs()
if (kind) {
  const open = async () => {
    const models = await readWeights()
    return { models, engine: await openTfjsEngine({ weights: models, threads: 2, backend: kind }) }
  }
  engineContract(`TensorFlow for Node (${kind})`, open)
  engineAgreement(`TensorFlow for Node (${kind})`, open)
  tfjsAgreement(`TensorFlow for Node (${kind})`, () => Promise.resolve(openTfjsNode({ kind, threads: 2 })))
}
