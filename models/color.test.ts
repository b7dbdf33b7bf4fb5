import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decodeHints, decodeSketch } from '../files/image.ts'

let folder = ''
const file = (name: string) => join(folder, name)

/** Runs the command as a user does. */
const color = (...args: string[]) => colorUntil(args, () => {})

/** The same; `hear` gets the command and all it has said so far. */
function colorUntil(
  args: string[],
  hear: (child: ChildProcess, stdout: string) => void,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['.config/run.mjs', 'color', ...args], { stdio: 'pipe' })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (text: Buffer) => hear(child, (stdout += text.toString())))
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()))
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
}

/** White paper with a closed black box over its middle. */
async function boxPage(width: number, height: number): Promise<Buffer> {
  const data = Buffer.alloc(width * height, 255)
  const line = Math.ceil(width / 100)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const edge = Math.min(x - 0.3 * width, 0.7 * width - x, y - 0.3 * height, 0.7 * height - y)
      if (edge >= 0 && edge < line) data[y * width + x] = 0
    }
  }
  return sharp(data, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nurie-color-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('npm run color', () => {
  it('colors a sketch at its own size, the ink bit-identical, the hinted box in the hint color', async () => {
    await writeFile(file('box.png'), await boxPage(900, 700))
    const hints = await sharp({ create: { width: 90, height: 70, channels: 4, background: '#00000000' } })
      .composite([
        {
          input: { create: { width: 10, height: 10, channels: 4, background: '#2060d0' } },
          left: 40,
          top: 30,
        },
      ])
      .png()
      .toBuffer()
    await writeFile(file('hints.png'), hints)
    const { code, stderr } = await color(
      file('box.png'),
      '--hints',
      file('hints.png'),
      '--out',
      file('out.png'),
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const sketch = await decodeSketch(await readFile(file('box.png')))
    const { width, height, rgba } = await decodeHints(await readFile(file('out.png')))
    expect([width, height]).toEqual([900, 700])
    for (let at = 0; at < sketch.grey.length; at++) {
      if (sketch.grey[at] === 0) expect(rgba[4 * at]! + rgba[4 * at + 1]! + rgba[4 * at + 2]!).toBe(0)
    }
    const [r, g, b] = rgba.subarray(4 * (300 * 900 + 300))
    expect(Math.abs(r! - 0x20)).toBeLessThan(40)
    expect(Math.abs(g! - 0x60)).toBeLessThan(40)
    expect(Math.abs(b! - 0xd0)).toBeLessThan(40)
  })

  it('writes beside the sketch without --out, takes JPEG, a draft and a working size', async () => {
    await writeFile(
      file('strip.jpg'),
      await sharp({ create: { width: 1, height: 5000, channels: 3, background: 'white' } })
        .jpeg()
        .toBuffer(),
    )
    expect((await color(file('strip.jpg'), '--stage', 'draft', '--size', '256')).code).toBe(0)
    expect(await decodeHints(await readFile(file('strip.colored.png')))).toMatchObject({
      width: 1,
      height: 5000,
    })
  })

  it.each([
    ['no argument', [], /Name one picture/],
    ['a missing file', ['none.png'], /There is no file none.png/],
    [
      'a palette of the wrong kind',
      ['a.png', '--palette', 'README.md'],
      /README.md: Nurie reads palettes as GPL/,
    ],
  ])('ends with 1 and one line on %s', async (_, args, line) => {
    const { code, stderr } = await color(...args)
    expect(code).toBe(1)
    expect(stderr).toMatch(line)
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  it('refuses 11 MB with its sentence', async () => {
    await writeFile(file('large.png'), Buffer.alloc(11 * 1024 * 1024))
    const { code, stderr } = await color(file('large.png'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/large.png: The file is too large: at most 10 MB/)
  })

  it('names the file that is no picture, and leaves nothing behind', async () => {
    await writeFile(file('text.png'), 'hello')
    const { code, stderr } = await color(file('text.png'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/text.png: This is not a file Nurie can read/)
    expect((await readdir(folder)).filter((name) => name.startsWith('text'))).toEqual(['text.png'])
  })

  it('D2 tells how it is used', async () => {
    const { code, stdout } = await color('--help')
    expect([code, stdout.startsWith('npm run color -- SKETCH')]).toEqual([0, true])
  })

  it('D4 ended at any moment leaves no half picture, and goes on where it was', async () => {
    await mkdir(file('pages'))
    for (let i = 1; i <= 6; i++) await writeFile(file(`pages/${i}.png`), await boxPage(600, 400))
    const args = [file('pages'), '--out', file('out'), '--stage', 'draft', '--size', '128']
    const kill = (signal: NodeJS.Signals, text: string) => (child: ChildProcess, stdout: string) => {
      if (stdout.includes(text) && !child.killed) child.kill(signal)
    }
    const killed = await colorUntil(args, kill('SIGKILL', '1.png'))
    expect(killed.code).toBeNull()
    const interrupted = await colorUntil(args, kill('SIGINT', 'x 400'))
    expect(interrupted).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/\d left: run the same again/) as string,
    })
    const made = (await readdir(file('out'))).filter(
      (name) => !name.startsWith('.') && !name.endsWith('.part'),
    )
    for (const name of made) expect((await sharp(file(`out/${name}`)).stats()).isOpaque).toBe(true)
    const { code, stdout } = await color(...args, '--json')
    const { colored, skipped, failed, left } = JSON.parse(stdout) as Record<string, unknown[]> & {
      left: number
    }
    expect([code, colored!.length + skipped!.length, failed, left]).toEqual([0, 6, [], 0])
    expect(skipped!.length).toBeGreaterThanOrEqual(2)
    expect((await readdir(file('out'))).filter((name) => name.endsWith('.part'))).toEqual([])
  })
})
