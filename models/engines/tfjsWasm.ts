/** TensorFlow.js on WebAssembly: it comes whole from npm and runs on every platform, on one thread. */
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import type { TfjsBackend } from './tfjsBackend.ts'

export async function openTfjsWasm(): Promise<TfjsBackend> {
  const events = ['uncaughtException', 'unhandledRejection'] as const
  const before = events.map((event) => process.listeners(event as 'exit'))
  const isReady = await tf.setBackend('wasm')
  // The compiled module hangs listeners of its own on the process that throw every fault again, with its whole source before it.
  events.forEach((event, i) => {
    for (const listener of process.listeners(event as 'exit')) {
      if (!before[i]!.includes(listener)) process.off(event, listener)
    }
  })
  if (!isReady) throw new Error('The WebAssembly backend of TensorFlow.js does not start here.')
  const simd = await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')
  return { tf, device: `WebAssembly${simd ? ' with SIMD' : ''}, 1 thread` }
}
