import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { limits } from '../../shared/limits.ts'
import { addStroke, packStroke } from '../../shared/strokes.ts'
import { readChange, type OwnChange } from './ownChange.ts'
import { Sender } from './sender.ts'

const NOTHING: ReadonlyMap<number, number> = new Map()

/** A sender with work to do, a clock moved by hand, and what it sent. */
function desk() {
  const doc = new Y.Doc()
  const unsaved = new Set<OwnChange>()
  const sent: { update: Uint8Array; isCatchUp: boolean; at: number }[] = []
  let now = 0
  let isFull = false
  const timers = new Set<{ at: number; action: () => void }>()
  const sender = new Sender({
    unsaved: () => unsaved,
    send: (update, isCatchUp) => sent.push({ update, isCatchUp, at: now }),
    isFull: () => isFull,
    later(ms, action) {
      const timer = { at: now + ms, action }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    now: () => now,
  })
  doc.on('update', (update: Uint8Array) => unsaved.add(readChange(update)))
  const strokes = doc.getArray<{ id: string }>('strokes')
  return {
    doc,
    sender,
    unsaved,
    sent,
    set isFull(is: boolean) {
      isFull = is
    },
    paint(id: string, points = 1) {
      const flat = Array.from({ length: 3 * points }, (_, i) => (i % 3 === 2 ? 255 : (i * 7919) % 640))
      addStroke(doc, packStroke({ id, by: 'me', tool: 'brush', color: 0, width: 8, points: flat }))
    },
    undo: () => strokes.delete(strokes.length - 1, 1),
    save(...changes: OwnChange[]) {
      for (const change of changes) unsaved.delete(change)
      sender.saved(changes)
    },
    advance(ms: number) {
      for (const end = now + ms; ;) {
        const next = [...timers].sort((a, b) => a.at - b.at)[0]
        if (!next || next.at > end) return void (now = end)
        timers.delete(next)
        now = Math.max(now, next.at)
        next.action()
      }
    },
    /** What a server holds that was sent all this. */
    server() {
      const server = new Y.Doc()
      for (const { update } of sent) Y.applyUpdate(server, update)
      return server.getArray<{ id: string }>('strokes').map(({ id }) => id)
    },
  }
}

describe('sender', () => {
  test('C1 a backlog goes in pieces within the limits, in order', () => {
    const { sender, paint, sent, server, advance } = desk()
    for (let i = 0; i < 400; i++) paint(`s${i}`, 1_900)
    sender.begin(NOTHING)
    advance(10_000)
    expect(sent.length).toBeGreaterThan(5)
    expect(Math.max(...sent.map(({ update }) => update.length))).toBeLessThanOrEqual(limits.catchupBytes / 2)
    expect(sent.every(({ isCatchUp }) => isCatchUp)).toBe(true)
    expect(server()).toEqual(Array.from({ length: 400 }, (_, i) => `s${i}`))
  })

  test('C1 however fast somebody is, commits stay below the limits and none is lost', () => {
    const { sender, paint, sent, server, advance } = desk()
    sender.begin(NOTHING)
    for (let i = 0; i < 500; i++) {
      paint(`s${i}`)
      sender.pump()
      advance(20)
    }
    advance(5_000)
    expect(server()).toHaveLength(500)
    const commits = sent.filter(({ isCatchUp }) => !isCatchUp)
    expect(commits.length).toBeGreaterThan(50)
    let tokens = limits.commitBurst
    let before = 0
    for (const { at } of commits) {
      tokens = Math.min(limits.commitBurst, tokens + ((at - before) / 1_000) * limits.commits) - 1
      before = at
      expect(tokens).toBeGreaterThanOrEqual(0)
    }
  })

  test('C1 a connection that does not take more is waited for', () => {
    const made = desk()
    made.sender.begin(NOTHING)
    made.isFull = true
    made.paint('a')
    made.sender.pump()
    made.advance(1_000)
    expect(made.server()).toEqual([])
    made.isFull = false
    made.advance(1_000)
    expect(made.server()).toEqual(['a'])
  })

  test('C8 a connection begins with a catch-up and sends only what the server has not', () => {
    const { sender, paint, sent, doc } = desk()
    paint('a')
    paint('b')
    sender.begin(new Map([[doc.clientID, 1]]))
    expect(sent).toHaveLength(1)
    expect(sent[0]!.isCatchUp).toBe(true)
    expect(Y.parseUpdateMeta(sent[0]!.update).from.get(doc.clientID)).toBe(1)
  })

  test('C6 an undo waits until all else is saved: who is named then is named for it', () => {
    const { sender, paint, undo, sent, unsaved, save, doc } = desk()
    sender.begin(NOTHING)
    paint('a')
    sender.pump()
    undo()
    sender.pump()
    expect(sent).toHaveLength(2)
    const [insert, remove] = [...unsaved]
    expect(sender.named(new Set([doc.clientID]))).toEqual([])
    save(insert!)
    expect(sent).toHaveLength(3)
    expect(sender.named(new Set([doc.clientID + 1]))).toEqual([])
    expect(sender.named(new Set([doc.clientID]))).toEqual([remove])
  })

  test('C4 of several changes one of which is refused, that one is found in a few steps', () => {
    const { sender, paint, unsaved, save } = desk()
    for (let i = 0; i < 100; i++) paint(`s${i}`)
    const bad = [...unsaved][37]
    for (let steps = 0; ; steps++) {
      expect(steps).toBeLessThan(10)
      sender.begin(NOTHING)
      for (;;) {
        const given = [...unsaved].filter((change) => sender.isUnderWay(change))
        if (given.includes(bad!)) break
        save(...given)
      }
      const suspects = sender.refused()
      if (suspects.length > 1) continue
      expect(suspects).toEqual([bad])
      return
    }
  })

  test('C4 while the server takes nothing for now it is asked ever less often, with one change', () => {
    const { sender, paint, sent, advance } = desk()
    for (let i = 0; i < 5; i++) paint(`s${i}`)
    const asked: number[] = []
    for (let i = 0; i < 8; i++) {
      sender.begin(NOTHING)
      const before = sent.length
      advance(3_600_000)
      asked.push(sent.at(-1)!.at - sent[before - 1]!.at)
      expect(sent.length - before).toBeLessThanOrEqual(1)
      sender.hold()
    }
    expect(asked.slice(1)).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000])
  })
})
