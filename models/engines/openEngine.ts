/** Opens an engine by its name, or says in a sentence why it cannot run here and what to do about it. */
import type { Engine, EngineName } from './engine.ts'
import { engineTable, type EngineOptions } from './engineTable.ts'

/** @throws Error with that sentence. */
export async function openEngine(name: EngineName, options: EngineOptions): Promise<Engine> {
  const entry = engineTable[name]
  if (!entry) throw new Error(`this version of Nurie has no engine ${name}; set NURIE_ENGINE to auto`)
  const refuse = (why: string, cause?: unknown) =>
    new Error(`the engine ${name} cannot run here: ${why}; ${entry.remedy}, or set NURIE_ENGINE to auto`, {
      cause,
    })
  const missing = entry.missing()
  if (missing !== null) throw refuse(missing)
  return entry.open(options).catch((error: unknown) => {
    throw refuse(plainly(error), error)
  })
}

/** The first line of what a library said, without the place in its sources that ONNX Runtime puts before it. */
function plainly(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n')
  return line.replace(/^.*\bwas false\. /, '').replace(/\.$/, '')
}
