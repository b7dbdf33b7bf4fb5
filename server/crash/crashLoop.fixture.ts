/**
 * Kills the server with kill -9 at random moments under painting clients, again and again, and compares what is there
 * afterwards, seen by somebody new before any painter comes back, with what the painters were told is saved. Then the painters
 * come back with what they have, and in the end everything they painted must be there exactly once. Ends at the first fault.
 */
import { connectYjs, createRoom, enter, type TestRoom } from '../app.fixture.ts'
import { openPainter, type Painter } from './painter.fixture.ts'
import { killStarting, startKillable, type Killable } from './killable.fixture.ts'

export type CrashOptions = {
  folder: string
  kills: number
  random: () => number
  painters?: number
  onKill?(done: number, sums: CrashSums): void
}

export type CrashSums = {
  kills: { painting: number; joining: number; starting: number }
  painted: number
  /** Strokes and undos that were told saved before a kill, and were looked for after it. */
  acknowledged: number
  acknowledgedUndos: number
  lost: string[]
  doubled: string[]
  /** Strokes nobody painted, or that are not as they were painted. */
  corrupted: string[]
  /** Undone and saved as such, and there again. */
  undeleted: string[]
  startMs: number[]
}

/** Kills after which a new page is begun: in a long one each round would take longer. */
const ROUNDS_A_PAGE = 10

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

export async function crashLoop(options: CrashOptions): Promise<CrashSums> {
  const { folder, kills, random, painters: count = 3, onKill } = options
  const sums: CrashSums = {
    kills: { painting: 0, joining: 0, starting: 0 },
    painted: 0,
    acknowledged: 0,
    acknowledgedUndos: 0,
    lost: [],
    doubled: [],
    corrupted: [],
    undeleted: [],
    startMs: [],
  }
  const done = () => sums.kills.painting + sums.kills.joining + sums.kills.starting
  const start = async () => {
    const server = await startKillable(folder)
    sums.startMs.push(server.startMs)
    return server
  }
  let server = await start()
  while (done() < kills) {
    const room = await createRoom(server)
    const everybody: Painter[] = []
    for (let round = 0; round < ROUNDS_A_PAGE && done() < kills; round++) {
      for (let i = 0; i < count; i++) everybody.push(await openPainter(server, room, `painter ${i}`))
      const here = everybody.slice(-count)
      if (random() < 0.2) {
        // Without waiting for the catch-up: it is hit by the kill.
        here.forEach((painter) => painter.paint(Math.floor(random() * 0xffffff)))
        await pause(random() * 60)
        sums.kills.joining++
      } else {
        await Promise.all(here.map((painter) => painter.synced()))
        await paintUntil(here, random)
        sums.kills.painting++
      }
      await server.kill()
      everybody.forEach((painter) => painter.leave())
      if (random() < 0.3) {
        await killStarting(folder, random() * 1.5 * Math.min(...sums.startMs))
        sums.kills.starting++
      }
      server = await start()
      await compare(server, room, everybody, sums)
      onKill?.(done(), sums)
      if (isWrong(sums)) {
        // Those who come back would be refused what they have of others: it was lost.
        await server.kill()
        return sums
      }
    }
    await comeBack(server, room, everybody, sums)
  }
  await server.kill()
  return sums
}

const isWrong = ({ lost, doubled, corrupted, undeleted }: CrashSums) =>
  lost.length + doubled.length + corrupted.length + undeleted.length > 0

/** Paints for a while; returns at a random moment after a random act. */
async function paintUntil(painters: readonly Painter[], random: () => number): Promise<void> {
  const acts = 5 + Math.floor(random() * 40)
  for (let i = 0; i < acts; i++) {
    const painter = painters[Math.floor(random() * painters.length)]!
    if (random() < 0.15) painter.undo(random())
    painter.paint(Math.floor(random() * 0xffffff))
    if (random() < 0.5) await pause(random() * 10)
  }
  await pause(random() < 0.5 ? random() * 20 : random() * 500)
}

async function look(server: Killable, room: TestRoom) {
  const yjs = connectYjs(server, await enter(server, room, 'view'))
  await yjs.synced()
  const strokes = yjs.strokes.toArray()
  yjs.close()
  return strokes
}

async function compare(
  server: Killable,
  room: TestRoom,
  painters: Painter[],
  sums: CrashSums,
): Promise<void> {
  const there = await look(server, room)
  const ids = new Set(there.map(({ id }) => id))
  const painted = new Map<string, unknown>()
  const undone = new Set<string>()
  for (const painter of painters) {
    const books = painter.books()
    books.undone.forEach((id) => undone.add(id))
    for (const stroke of everyStroke(painter)) painted.set(stroke.id, stroke)
  }
  for (const painter of painters) {
    const books = painter.books()
    sums.acknowledged += books.savedStrokes.length
    sums.acknowledgedUndos += books.savedUndos.length
    // One that was taken back may be there or not, until that is saved too.
    sums.lost.push(...books.savedStrokes.filter((id) => !ids.has(id) && !undone.has(id)))
    sums.undeleted.push(...books.savedUndos.filter((id) => ids.has(id)))
  }
  judge(there, painted, undone, sums)
}

function judge(
  there: readonly { id: string }[],
  painted: ReadonlyMap<string, unknown>,
  undone: ReadonlySet<string>,
  sums: CrashSums,
): void {
  const seen = new Set<string>()
  for (const stroke of there) {
    if (seen.has(stroke.id)) sums.doubled.push(stroke.id)
    seen.add(stroke.id)
    const original = painted.get(stroke.id)
    if (original === undefined ? !undone.has(stroke.id) : canonical(original) !== canonical(stroke)) {
      sums.corrupted.push(stroke.id)
    }
  }
}

/** A painter's own strokes as they have them. */
const everyStroke = (painter: Painter) => painter.doc.getArray<{ id: string }>('strokes').toArray()

const canonical = (stroke: unknown) =>
  JSON.stringify(Object.entries(stroke as object).toSorted(), (_key, value: unknown) =>
    value instanceof Uint8Array ? [...value] : value,
  )

/** The painters send what was not saved; then everything is there that was not taken back, once. */
async function comeBack(
  server: Killable,
  room: TestRoom,
  painters: Painter[],
  sums: CrashSums,
): Promise<void> {
  for (const painter of painters) painter.connect(server)
  await Promise.all(painters.map((painter) => painter.synced()))
  const books = painters.map((painter) => painter.books())
  const undone = new Set(books.flatMap((book) => book.undone))
  const expected = books.flatMap((book) => book.painted).filter((id) => !undone.has(id))
  sums.painted += expected.length
  const yjs = connectYjs(server, await enter(server, room, 'view'))
  const isWhole = () => {
    const ids = new Set(yjs.ids())
    return expected.every((id) => ids.has(id)) && [...undone].every((id) => !ids.has(id))
  }
  const isLate = await Promise.race([yjs.until(isWhole).then(() => false), pause(20_000).then(() => true)])
  if (isLate) sums.lost.push(...expected.filter((id) => !yjs.ids().includes(id)))
  judge(
    yjs.strokes.toArray(),
    new Map(painters.flatMap((p) => everyStroke(p).map((s) => [s.id, s]))),
    undone,
    sums,
  )
  yjs.close()
  painters.forEach((painter) => painter.leave())
}
