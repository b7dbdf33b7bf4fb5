/** Opens an engine by its name, or says in a sentence why it cannot run here and what to do about it. */
import type { Engine, EngineName } from './engine.ts'
import { engineTable, type EngineOptions } from './engineTable.ts'

/** Its message is the whole sentence, `why` the reason alone. */
export class EngineRefusal extends Error {
  readonly why: string

  constructor(name: EngineName, why: string, remedy: string, cause?: unknown) {
    super(`the engine ${name} cannot run here: ${why}; ${remedy}, or set NURIE_ENGINE to auto`, { cause })
    this.why = why
  }
}

/** @throws EngineRefusal */
export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const entry = engineTable[name]
  const missing = entry.missing()
  if (missing !== null) throw new EngineRefusal(name, missing, entry.remedy)
  return entry.open(options).catch((error: unknown) => {
    throw new EngineRefusal(name, plainly(error), entry.remedy, error)
  })
}

/** The first line of what a library said, without the place in its sources that ONNX Runtime puts before it. */
function plainly(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.replace(/^.*\bwas false\. /, '').replace(/\.$/, '')
}
