/** The real probe with engines that do not work: `cuda` ends the process, `webgpu` is slow, `tfjs` gives other colors. */
import { engineTable, type EngineOptions } from '../../models/engines/engineTable.ts'
import type { Engine } from '../../models/engines/engine.ts'

const SLOWER_MS = 300
/** Of 1: three levels of 255. */
const OTHER = 3 / 255

const cpu = engineTable.cpu
const changed = (change: (engine: Engine) => Engine['run']) => async (options: EngineOptions) => {
  const engine = await cpu.open(options)
  return { ...engine, run: change(engine) }
}
engineTable.cuda = { ...cpu, open: () => process.abort() }
engineTable.webgpu = {
  ...cpu,
  open: changed((engine) => async (network, input) => {
    await new Promise((resolve) => setTimeout(resolve, SLOWER_MS))
    return engine.run(network, input)
  }),
}
engineTable.tfjs = {
  ...cpu,
  open: changed((engine) => async (network, input) => {
    const output = await engine.run(network, input)
    if (network === 'refine') output.data[1000]! += OTHER
    return output
  }),
}

await import('./engineProbe.ts')
