/**
 * Colors every drawing of a folder without a room: `node --import tsx examples/ts/colorFolder.ts DRAWINGS OUT [PALETTE] [SERVER]`. Hints
 * for `page.png` are `page.hints.png` beside it. One after the other: the server colors one picture at a time anyway.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const [drawings, out, palette, server = 'http://localhost:8080'] = process.argv.slice(2)
if (!drawings || !out) throw new Error('Name a folder of drawings, and one for the pictures')

const file = async (path: string) => new Blob([await readFile(path)])

async function color(name: string): Promise<Uint8Array> {
  const form = new FormData()
  form.set('sketch', await file(join(drawings!, name)), name)
  const hints = name.replace(/\.\w+$/, '.hints.png')
  if (names.includes(hints)) form.set('hints', await file(join(drawings!, hints)), hints)
  if (palette) form.set('palette', await file(palette), palette)
  for (;;) {
    const answer = await fetch(`${server}/api/color`, { method: 'POST', body: form })
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer())
    const { detail } = (await answer.json()) as { detail: string }
    // Busy, or too many at once: the same again in a moment is right. Everything else stays wrong.
    if (answer.status !== 429 && answer.status !== 503) throw new Error(detail)
    await new Promise((resolve) => setTimeout(resolve, 2_000))
  }
}

const names = await readdir(drawings)
await mkdir(out, { recursive: true })
let failed = 0
for (const name of names.filter((name) => /\.(png|jpe?g|webp)$/i.test(name) && !name.includes('.hints.'))) {
  try {
    const picture = join(out, name.replace(/\.\w+$/, '.png'))
    await writeFile(picture, await color(name))
    console.log(picture)
  } catch (error) {
    failed++
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
process.exitCode = failed > 0 ? 1 : 0
