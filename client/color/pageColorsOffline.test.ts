import { afterEach, beforeEach, expect, test } from 'vitest'
import { connectYjs, createRoom, enter, startServer, type TestServer } from '../../server/app.fixture.ts'
import { packStroke, readStrokes } from '../../shared/strokes.ts'
import { addPageColors, changePageColor, pageColorsOf, removePageColor } from './pageColors.ts'
import { openTab, openWire } from '../painter.fixture.ts'

let server: TestServer
let wire: Awaited<ReturnType<typeof openWire>>

beforeEach(async () => {
  server = await startServer()
  wire = await openWire(server)
})
afterEach(async () => {
  wire.close()
  await server.end()
})

test('K4 page colors made, changed and removed offline arrive with what was painted with them, also when the page was closed meanwhile', async () => {
  const room = await createRoom(server)
  const device = { name: 'page-colors' }
  const tab = await openTab({ ...room, url: wire.url }, device)
  await tab.saved()
  const [kept, gone] = addPageColors(tab.connection.doc, [
    { name: 'Kept', color: 1 },
    { name: 'Gone', color: 2 },
  ])!
  await tab.saved()
  wire.cut()
  await tab.until(() => tab.state === 'offline')
  changePageColor(tab.connection.doc, kept!, { color: 0xaa0000 })
  removePageColor(tab.connection.doc, gone!)
  const [late] = addPageColors(tab.connection.doc, [{ name: 'Late', color: 0x00bb00 }])!
  tab.connection.commit(
    packStroke({
      id: 'a',
      by: tab.me,
      tool: 'brush',
      color: 0x00bb00,
      swatch: late!,
      width: 8,
      points: [0, 0, 255],
    }),
  )
  changePageColor(tab.connection.doc, late!, { color: 0x0000cc })
  const previous = tab.connection.session.token
  await tab.end()
  wire.mend(server)
  const again = await openTab({ ...room, url: wire.url }, { ...device, previous })
  await again.saved()
  const stranger = connectYjs(server, await enter(server, room, 'view'))
  await stranger.synced()
  const listed = (colors: ReturnType<typeof pageColorsOf>) => colors.map(({ name, color }) => [name, color])
  expect(listed(pageColorsOf(stranger.doc))).toEqual([
    ['Kept', 0xaa0000],
    ['Late', 0x0000cc],
  ])
  expect(readStrokes(stranger.doc).map(({ id, color }) => [id, color])).toEqual([['a', 0x0000cc]])
  stranger.close()
  await again.end()
})

test('K4 a guest changes and removes what another made, in turn, and nothing is set aside', async () => {
  const room = await createRoom(server)
  const one = await openTab({ ...room, url: wire.url }, { name: 'page-colors-1' })
  const other = await openTab({ ...room, url: wire.url }, { name: 'page-colors-2' })
  await Promise.all([one.saved(), other.saved()])
  const [key] = addPageColors(one.connection.doc, [{ name: 'Hair', color: 1 }])!
  const colorIn = (tab: typeof one) => pageColorsOf(tab.connection.doc)[0]?.color
  for (let color = 2; color < 12; color++) {
    const [from, to] = color % 2 ? [one, other] : [other, one]
    await from.until(() => colorIn(from) === color - 1)
    changePageColor(from.connection.doc, key!, { color })
    await to.until(() => colorIn(to) === color)
  }
  removePageColor(other.connection.doc, key!)
  await one.until(() => colorIn(one) === undefined)
  await Promise.all([one.saved(), other.saved()])
  expect([one.connection.work.aside, other.connection.work.aside]).toEqual([[], []])
  await one.end()
  await other.end()
})
