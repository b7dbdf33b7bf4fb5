/** The real probe with engines that do not work: `cuda` ends the process, `webgpu` is the CPU engine, but slow. */
import { engineTable } from '../../models/engines/engineTable.ts'

const SLOWER_MS = 300

const cpu = engineTable.cpu!
engineTable.cuda = { ...cpu, open: () => process.abort() }
engineTable.webgpu = {
  ...cpu,
  async open(options) {
    const engine = await cpu.open(options)
    return {
      ...engine,
      async run(...input) {
        await new Promise((resolve) => setTimeout(resolve, SLOWER_MS))
        return engine.run(...input)
      },
    }
  },
}

await import('./engineProbe.ts')
