/** What every bus must do (bus.ts). A driver's own test is this suite and what only it can do. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Bus } from './bus.ts'

/** `open` gives one more process of the same bus; `settled` resolves when what it listens to is known to the others. */
export function busContract(open: () => Bus, settled: () => Promise<void> = () => Promise.resolve()): void {
  const opened: Bus[] = []
  const openBus = () => {
    const bus = open()
    opened.push(bus)
    return bus
  }
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((bus) => bus.close()))
  })

  describe('bus contract', () => {
    it('Q10 what one tells of a room all others hear who listen to it, in order, and not the one who told it', async () => {
      const [a, b, c] = [openBus(), openBus(), openBus()]
      const heard: Record<'a' | 'b' | 'c', [number | undefined, string][]> = { a: [], b: [], c: [] }
      a.listen('room', 'news', ({ seq }, from) => heard.a.push([seq, from]))
      b.listen('room', 'news', ({ seq }, from) => heard.b.push([seq, from]))
      b.listen('other', 'news', () => heard.b.push([-1, 'another room']))
      b.listen('room', 'ring', () => heard.b.push([-1, 'another kind']))
      c.listen('room', 'news', ({ seq }, from) => heard.c.push([seq, from]))
      await vi.waitUntil(() => [a, b, c].every((bus) => bus.isConnected()))
      await settled()
      const many = Array.from({ length: 2_000 }, (_, i) => i)
      for (const seq of many) a.tell('room', 'news', { seq })
      await vi.waitUntil(() => heard.b.length >= many.length && heard.c.length >= many.length)
      expect(heard.b).toEqual(many.map((seq) => [seq, a.node]))
      expect(heard.c).toEqual(heard.b)
      expect(heard.a).toEqual([])
      expect(new Set([a.node, b.node, c.node]).size).toBe(3)
    })

    it('Q10 bytes arrive as they were, and who stopped listening hears nothing more', async () => {
      const [a, b] = [openBus(), openBus()]
      const heard: Uint8Array[] = []
      const others: Uint8Array[] = []
      const stop = b.listen('room', 'frame', ({ bytes }) => heard.push(bytes))
      b.listen('room', 'frame', ({ bytes }) => others.push(bytes))
      await vi.waitUntil(() => a.isConnected() && b.isConnected())
      await settled()
      const covers = { clock: {}, live: {}, lifted: [] }
      const header = { revision: 1, stage: 'draft', width: 1, height: 1, ms: 1, engine: '', covers } as const
      const large = new Uint8Array(300_000).map((_, i) => (i * 7) & 255)
      const part = large.subarray(100, 110)
      a.tell('room', 'frame', { header, bytes: large })
      a.tell('room', 'frame', { header, bytes: part })
      await vi.waitUntil(() => others.length === 2)
      expect(heard.map((bytes) => Buffer.from(bytes).equals(Buffer.from(large)))).toEqual([true, false])
      expect([...heard[1]!]).toEqual([...part])
      stop()
      a.tell('room', 'frame', { header, bytes: part })
      await vi.waitUntil(() => others.length === 3)
      expect(heard).toHaveLength(2)
    })

    it('Q10 a bus that is closed tells and hears nothing, and throws nothing', async () => {
      const [a, b] = [openBus(), openBus()]
      let heard = 0
      const stop = b.listen('room', 'news', () => heard++)
      await vi.waitUntil(() => a.isConnected() && b.isConnected())
      await b.close()
      expect(b.isConnected()).toBe(false)
      a.tell('room', 'news', { seq: 1 })
      b.tell('room', 'news', { seq: 1 })
      stop()
      await a.close()
      a.tell('room', 'news', { seq: 1 })
      expect(heard).toBe(0)
    })
  })
}
