/**
 * The real colorist with engines that fail while they work: `cuda` is the CPU engine until its third run was asked for and throws
 * then, `webgpu` ends the process at its first.
 */
import { engineTable } from '../../models/engines/engineTable.ts'
import type { Engine } from '../../models/engines/engine.ts'
import type { ToColorist } from './colorist.ts'

let asked = 0
process.on('message', (message: ToColorist) => void (message.kind === 'run' && asked++))

const cpu = engineTable.cpu
const failing = (name: 'cuda' | 'webgpu', run: Engine['run']) => {
  engineTable[name] = {
    ...cpu,
    async open(options) {
      const engine = await cpu.open(options)
      const limit = name === 'cuda' ? 3 : 1
      return { ...engine, name, run: (...input) => (asked < limit ? engine : { run }).run(...input) }
    },
  }
}
failing('cuda', () => Promise.reject(new Error('the device was lost')))
failing('webgpu', () => process.abort())

await import('./colorist.ts')
