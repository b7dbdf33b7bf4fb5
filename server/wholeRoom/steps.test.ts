import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodeNurie, decodeNurie, type NurieFile } from '../../files/nurieFile.ts'
import { limits } from '../../shared/limits.ts'
import { addStroke, pageOf, paletteOf, removeStrokes, strokesOf, type Swatch } from '../../shared/strokes.ts'
import { strokeOf } from '../app.fixture.ts'
import { contentIn, contentOf, type Content } from '../history/content.ts'
import { followed } from './followed.ts'
import { stepsOf, type Moment } from './steps.ts'

const bounds = { ...limits, logBytes: 4 * limits.roomBytes }
const fileOf = (page: Content, steps: NurieFile['steps']): NurieFile => ({
  nurie: '1',
  savedAt: 1e6,
  title: '',
  width: 9,
  height: 9,
  line: new Uint8Array(),
  guests: [],
  comments: [],
  finished: [],
  versions: [],
  strokes: page.strokes,
  settings: page.page as NurieFile['settings'],
  palette: page.palette as Record<string, Swatch>,
  steps,
})

/** A page that three people make at once, with undo, erasing and colors: its log, and what it was after each entry. */
function lived(entries: number) {
  const page = new Y.Doc()
  const log: { seq: number; at: number; update: Uint8Array; content: Content }[] = []
  page.on('update', (update: Uint8Array) =>
    log.push({ seq: log.length + 1, at: 1000 + 10 * log.length, update, content: contentOf(page) }),
  )
  const people = ['ann', 'ben', 'cid'].map((name) => ({ name, doc: new Y.Doc() }))
  let seed = 5
  const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below
  while (log.length < entries) {
    const { name, doc } = people[random(3)]!
    // Now and then somebody was offline for a while: what they painted lands below what came meanwhile.
    if (random(3) > 0) Y.applyUpdate(doc, Y.encodeStateAsUpdate(page, Y.encodeStateVector(doc)))
    const before = Y.encodeStateVector(doc)
    const own = (strokesOf(doc).toArray() as { id: string; by: string }[]).filter(({ by }) => by === name)
    const what = random(8)
    if (what < 4) addStroke(doc, strokeOf(`${name}${log.length}`, name))
    else if (what === 4 && own.length > 0) removeStrokes(doc, new Set([own[random(own.length)]!.id]))
    else if (what === 5) paletteOf(doc).set(`c${random(4)}`, { name: 'c', color: random(0xffffff) })
    else if (what === 6) paletteOf(doc).delete(`c${random(4)}`)
    else pageOf(doc).set('saturation', random(200) / 100)
    Y.applyUpdate(page, Y.encodeStateAsUpdate(doc, before))
  }
  return { page, log }
}

const { page, log } = lived(150)
const documentAt = (seq: number) => {
  const doc = new Y.Doc()
  for (const { update } of log.slice(0, seq)) Y.applyUpdate(doc, update)
  return Y.encodeStateAsUpdate(doc)
}

/** What the page is after so many steps of a file made of these moments, out and in. */
function read(moments: readonly Moment[], seqs: readonly number[]) {
  const { steps, countAt } = stepsOf(moments)
  const file = decodeNurie(encodeNurie(fileOf(contentOf(page), steps)))
  const { versions, document, entries } = followed(file, new Set(seqs.map(countAt)), bounds)
  return {
    page: contentIn(document),
    entries,
    at: (seq: number) => contentIn(versions.get(countAt(seq))!.bytes),
  }
}

it('I5 a log of many hands, out as steps and in again, makes the page what it was at every moment, at its time', () => {
  const seqs = log.map(({ seq }) => seq)
  const again = read(log, seqs)
  expect(again.page).toEqual(contentOf(page))
  for (const { seq, content } of log) expect(again.at(seq), String(seq)).toEqual(content)
  expect(again.entries.length).toBeGreaterThan(100)
  const times = new Set(log.map(({ at }) => at))
  expect(again.entries.filter(({ at }) => !times.has(at))).toEqual([])
})

it('I5 versions older than a log whose beginning is gone are steps of their own before it', () => {
  const [old, older] = [90, 30]
  const documents = [older, old].map((seq) => ({ seq, at: log[seq - 1]!.at, document: documentAt(seq) }))
  const again = read([...documents, ...log.slice(old)], [older, old, 120, 150])
  for (const seq of [older, old, 120, 150]) expect(again.at(seq), String(seq)).toEqual(log[seq - 1]!.content)
  expect(again.page).toEqual(contentOf(page))
})

it('I8 the page is what the file says, however it is said to have come to be', () => {
  const { steps } = stepsOf(log.slice(0, 40))
  const { document } = followed(decodeNurie(encodeNurie(fileOf(contentOf(page), steps))), new Set(), bounds)
  expect(contentIn(document)).toEqual(contentOf(page))
})
