/**
 * Colors a drawing in a room of its own and takes it out as a file for paint programs:
 * `node --import tsx examples/ts/colorRoom.ts DRAWING.png OUT.psd [SERVER]`. The room's link is told, to go on by hand.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { makeRoom, NurieRoom, type ExportFormat } from './nurieRoom.ts'

const [drawing, out, server = 'http://localhost:8080'] = process.argv.slice(2)
if (!drawing || !out) throw new Error('Name a drawing, and a file to write: .png, .psd, .ora or .nurie')

const made = await makeRoom(server, new Uint8Array(await readFile(drawing)))
console.log(`${server}/r/${made.room}#${made.keys.edit}`)

const room = await NurieRoom.enter(server, made.room, made.keys.edit, 'Example')
// A warm dab in the middle, a cool one above it. A dab is enough for everything between the lines around it.
const { width, height } = made
room.paint({ color: 0xe07040, width: width / 40, points: [{ x: width / 2, y: height / 2 }] })
room.paint({
  color: 0x4080d0,
  width: width / 40,
  points: [
    { x: width / 2, y: height / 20 },
    { x: width / 2 + width / 20, y: height / 20 },
  ],
})
await room.refined()
const bytes = await room.export(extname(out).slice(1) as ExportFormat)
await writeFile(out, bytes)
console.log(`${out}: ${bytes.length} bytes`)
room.leave()
