import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { strokeOf } from '../app.fixture.ts'
import { readConfig } from '../config.ts'
import { Claims, SERVER } from '../rooms/claims.ts'
import { judge } from '../rooms/gate.ts'
import { pageOf, paletteOf, removeStrokes, strokesOf, type PackedStroke } from '../../shared/strokes.ts'
import { contentIn, contentOf, type Content } from './content.ts'
import { restore } from './restore.ts'

const { limits } = readConfig({})
const content = (doc: Y.Doc) => canonical(contentOf(doc))
const canonical = ({ strokes, page, palette }: Content) =>
  JSON.stringify({
    strokes: strokes.map(({ points, ...stroke }) => [Object.entries(stroke).sort(), [...points]]),
    page: Object.entries(page).sort(),
    palette: Object.entries(palette).sort(),
  })
const ids = (doc: Y.Doc) => contentOf(doc).strokes.map(({ id }) => id)
const added = (doc: Y.Doc, ...names: string[]) =>
  names.forEach((id) => strokesOf(doc).push([strokeOf(id, 'ann')]))

describe('restore', () => {
  it('T5 keeps the structs that both hold, and brings the others back at their places', () => {
    const doc = new Y.Doc()
    added(doc, 'a', 'b', 'c', 'd')
    const version = contentOf(doc)
    removeStrokes(doc, new Set(['b', 'd']))
    added(doc, 'e')
    const clock = Y.getState(doc.store, doc.clientID)
    doc.transact(() => restore(doc, version, contentOf(doc)))
    expect(ids(doc)).toEqual(['a', 'b', 'c', 'd'])
    expect(Y.getState(doc.store, doc.clientID) - clock).toBe(2)
  })

  it('T6 strokes that came after the page was kept stay on top', () => {
    const doc = new Y.Doc()
    added(doc, 'a', 'b', 'c')
    const version = contentOf(doc)
    removeStrokes(doc, new Set(['c']))
    added(doc, 'd')
    const before = contentOf(doc)
    added(doc, 'new')
    strokesOf(doc).insert(1, [strokeOf('redone', 'ben')])
    doc.transact(() => restore(doc, version, before))
    expect(ids(doc)).toEqual(['a', 'redone', 'b', 'c', 'new'])
  })

  it('T5 a stroke that another of the same id took the place of comes back as it was', () => {
    const doc = new Y.Doc()
    added(doc, 'a')
    const version = contentOf(doc)
    removeStrokes(doc, new Set(['a']))
    strokesOf(doc).push([strokeOf('a', 'ann', { color: 0x00ff00 })])
    doc.transact(() => restore(doc, version, contentOf(doc)))
    expect(contentOf(doc).strokes.map(({ color }) => color)).toEqual([0xff0000])
  })

  it('T5 costs a moment in the largest rooms', () => {
    const doc = new Y.Doc()
    strokesOf(doc).push(Array.from({ length: 20_000 }, (_, i) => strokeOf(`s${i}`, 'ann')))
    const version = contentOf(doc)
    const half = { ...version, strokes: version.strokes.filter((_, i) => i % 2 === 0) }
    for (const next of [half, version]) doc.transact(() => restore(doc, next, contentOf(doc)))
    expect(canonical(contentOf(doc))).toBe(canonical(version))
  })
})

/** What a guest, or the host through the server, does next. */
const deed = fc.record({
  who: fc.integer({ min: 0, max: 2 }),
  what: fc.constantFrom('paint', 'undo', 'redo', 'insert', 'set', 'name', 'sync', 'keep', 'restore'),
  n: fc.nat({ max: 1000 }),
})

it('T5 T6 whatever happened, a restore gives exactly the version, and stale guests’ updates still pass the gate', () => {
  const seen = { restores: 0, stale: 0 }
  fc.assert(
    fc.property(fc.array(deed, { minLength: 10, maxLength: 60 }), (deeds) => {
      const server = new Y.Doc()
      const claims = new Claims(server, new Map())
      contentOf(server)
      const guests = ['ann', 'ben', 'cat'].map((name) => {
        const doc = new Y.Doc()
        const undo = new Y.UndoManager(strokesOf(doc), {
          trackedOrigins: new Set(['own']),
          captureTimeout: 0,
        })
        return { name, doc, undo }
      })
      const versions: Uint8Array[] = []
      let painted = 0

      /** A guest sends all that is news, and gets what is. */
      const sync = ({ name, doc }: (typeof guests)[number]) => {
        const update = Y.encodeStateAsUpdate(doc, Y.encodeStateVector(server))
        const judged = judge(server, claims, update, { guest: name, role: 'edit' }, limits)
        expect(['news', 'nothing']).toContain(judged.verdict)
        if (judged.verdict === 'news') {
          claims.claim(name, judged.claims)
          Y.applyUpdate(server, update)
        }
        expect(server.store.pendingStructs).toBeNull()
        Y.applyUpdate(doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(doc)))
        expect(content(doc)).toBe(content(server))
      }

      for (const { who, what, n } of deeds) {
        const guest = guests[who]!
        const { doc, name, undo } = guest
        const strokes = strokesOf(doc)
        const own = (work: () => void) => doc.transact(work, 'own')
        if (what === 'paint') own(() => strokes.push([strokeOf(`${name}${painted++}`, name, { color: n })]))
        else if (what === 'insert')
          own(() => strokes.insert(n % (strokes.length + 1), [strokeOf(`${name}${painted++}`, name)]))
        else if (what === 'undo') undo.undo()
        else if (what === 'redo') undo.redo()
        else if (what === 'set') own(() => pageOf(doc).set('title', `Title ${n % 3}`))
        else if (what === 'name')
          own(() => paletteOf(doc).set(`s${n % 3}`, { name: `Swatch ${n % 2}`, color: n % 4 }))
        else if (what === 'sync') sync(guest)
        else if (what === 'keep') versions.push(Y.encodeStateAsUpdate(server))
        else if (versions.length > 0) {
          const version = contentIn(versions[n % versions.length]!)
          seen.restores++
          if (guests.some((each) => content(each.doc) !== content(server))) seen.stale++
          server.transact(() => restore(server, version, contentOf(server)))
          claims.claim(SERVER, [server.clientID])
          expect(content(server)).toBe(canonical(version))
        }
      }
      for (const guest of guests) sync(guest)
      for (const guest of guests) sync(guest)
      const same = guests.map(({ doc }) => content(doc))
      expect(new Set([...same, content(server)]).size).toBe(1)
      const all = contentOf(server).strokes as PackedStroke[]
      expect(all.every(({ id, by }) => id.startsWith(by))).toBe(true)
    }),
    { seed: 6, numRuns: 200 },
  )
  // It tried something.
  expect(seen.restores).toBeGreaterThan(100)
  expect(seen.stale).toBeGreaterThan(50)
})
