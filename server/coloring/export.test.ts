import { once, EventEmitter } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import * as Y from 'yjs'
import { encodeGreyPng } from '../../files/image.ts'
import { encodeMaking, type Step } from '../../shared/making.ts'
import { addStroke, packStroke } from '../../shared/strokes.ts'
import { dabs, samplePage } from '../../models/sampleRoom.fixture.ts'
import { openColoring, type Coloring } from './coloring.ts'

const heard = new EventEmitter()
const ends: string[] = []
let coloring: Coloring
beforeAll(async () => {
  coloring = await openColoring({
    threads: 2,
    log: { info: () => {}, warn: () => {} },
    events: {
      frame(room, { stage, revision }) {
        ends.push(`${room} ${stage} ${revision}`)
        heard.emit(`${room} ${stage} ${revision}`)
      },
      status: () => {},
    },
  })
})
afterAll(() => coloring.close())

it('W9 rooms are drafted while an export is made, and the export is as if they had rested', async () => {
  const page = await samplePage('dragon', 900)
  const line = await encodeGreyPng(page)
  const strokes = dabs(page, 12)
  for (const room of ['exported', 'drawn']) {
    coloring.open(room, line)
    coloring.attend(room, 'seen')
    const refined = once(heard, `${room} refined 1`)
    coloring.touch(room, 1, strokes)
    await refined
  }
  const rested = await coloring.layer('exported')
  expect(rested).toMatchObject({ revision: 1, width: page.width, height: page.height })

  ends.length = 0
  let isMade = false
  const made = coloring.layer('exported').finally(() => {
    isMade = true
    ends.push('export')
  })
  for (let revision = 2; !isMade; revision++) {
    const draft = once(heard, `drawn draft ${revision}`)
    coloring.touch('drawn', revision, strokes.slice(0, revision % strokes.length))
    await draft
  }
  expect((await made)?.rgb).toEqual(rested?.rgb)
  expect(ends.indexOf('export')).toBeGreaterThan(5)
})

it('X8 rooms are drafted while a time-lapse is made', async () => {
  const page = await samplePage('dragon', 700)
  const doc = new Y.Doc()
  const steps: Step[] = []
  doc.on('update', (bytes: Uint8Array) => steps.push({ at: 1e12 + 1000 * steps.length, bytes }))
  const strokes = dabs(page, 9)
  for (const stroke of strokes) addStroke(doc, packStroke(stroke))
  ends.length = 0
  let isMade = false
  const made = coloring.making(await encodeGreyPng(page), encodeMaking({ steps }), []).finally(() => {
    isMade = true
    ends.push('time-lapse')
  })
  for (let revision = 1000; !isMade; revision++) {
    const draft = once(heard, `drawn draft ${revision}`)
    coloring.touch('drawn', revision, strokes.slice(0, revision % strokes.length))
    await draft
  }
  expect((await made).frames).toHaveLength(strokes.length + 1)
  expect(ends.indexOf('time-lapse')).toBeGreaterThan(5)
})

it('two exports at once are both made', async () => {
  const [a, b] = await Promise.all([coloring.layer('exported'), coloring.layer('drawn')])
  expect([a?.width, b?.width]).toEqual([900, 900])
})
