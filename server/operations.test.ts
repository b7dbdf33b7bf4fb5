import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { connectSocket, connectYjs, createRoom, enter, startServer, type TestServer } from './app.fixture.ts'

const file = (name: string) => readFile(new URL(`../deploy/operations/${name}`, import.meta.url), 'utf8')
const metricsOf = async ({ url }: TestServer) => (await fetch(`${url}/metrics`)).text()
const exposed = (text: string) =>
  new Map(Array.from(text.matchAll(/^# TYPE (\S+) (\S+)$/gm), ([, name, kind]) => [name!, kind!]))
const listed = async () =>
  new Map(
    Array.from((await file('metrics.md')).matchAll(/^\| `(nurie_\w+)` \| (\w+) \|/gm), ([, name, kind]) => [
      name!,
      kind!,
    ]),
  )
/** The measures an expression names; a histogram by its own name. */
const named = (expression: string, known: ReadonlyMap<string, string>) =>
  (expression.match(/\bnurie_\w+/g) ?? []).map((name) => {
    const histogram = name.replace(/_(bucket|sum|count)$/, '')
    return known.get(histogram) === 'histogram' ? histogram : name
  })
/** Of a measure: one value, that of these labels. */
const valueOf = (text: string, measure: string) =>
  Number(new RegExp(`^${measure.replace(/[{}]/g, '\\$&')} (\\S+)$`, 'm').exec(text)?.[1])

it('Q50 every measure of a running server is listed for operators with its kind, and no other is', async () => {
  const server = await startServer()
  const text = await metricsOf(server)
  await server.end()
  expect(Object.fromEntries(exposed(text))).toEqual(Object.fromEntries(await listed()))
})

it('Q51 the dashboard and the alerts name only what is measured; each alert says what to do, and where that is', async () => {
  const known = await listed()
  const expressions: string[] = []
  type Panel = { type: string; title: string; fieldConfig?: { defaults: { unit?: string } } }
  const dashboard = JSON.parse(await file('grafana.json')) as {
    panels: (Panel & { targets?: { expr: string }[] })[]
  }
  for (const { type, title, fieldConfig, targets = [] } of dashboard.panels) {
    if (type === 'row') continue
    expect(fieldConfig?.defaults.unit, title).toMatch(/^\w+$/)
    expect(targets.length, title).toBeGreaterThan(0)
    expressions.push(...targets.map(({ expr }) => expr))
  }
  const { groups } = parse(await file('alerts.yaml')) as {
    groups: { rules: { alert: string; expr: string; annotations: { summary: string; runbook: string } }[] }[]
  }
  const headings = Array.from((await file('runbook.md')).matchAll(/^## (.+)$/gm), ([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  )
  for (const { alert, expr, annotations } of groups.flatMap(({ rules }) => rules)) {
    expect(annotations.summary, alert).toMatch(/: .+\.$/)
    const [path, heading] = annotations.runbook.split('#')
    expect(path).toBe('deploy/operations/runbook.md')
    expect(headings).toContain(heading)
    expressions.push(expr)
  }
  for (const expression of expressions) {
    expect(
      named(expression, known).filter((name) => !known.has(name)),
      expression,
    ).toEqual([])
    expect(expression.split('(').length).toBe(expression.split(')').length)
  }
})

it('Q52 strokes, people, sockets, what is saved and how old frames leave are measured, by no room and nobody’s name', async () => {
  const server = await startServer()
  const room = await createRoom(server)
  const ann = await enter(server, room, 'edit', { name: 'Annabella' })
  const bob = await enter(server, room, 'view')
  const before = connectSocket(server, ann)
  await before.until('welcome')
  const yjs = connectYjs(server, ann)
  await yjs.synced()
  yjs.paint('one', ann.guest.id)
  await before.until('saved', ({ clock }) => clock[yjs.doc.clientID] > 0)
  const { revision } = server.coloring.touches.at(-1)!
  server.coloring.frame(room.room, revision, 'draft')
  await before.until('frame')
  // What was there before a socket says nothing of how old its pictures are.
  const after = connectSocket(server, bob)
  await after.until('frame')
  const text = await metricsOf(server)
  expect(valueOf(text, 'nurie_strokes_total')).toBe(1)
  expect(valueOf(text, 'nurie_saved_seconds_count')).toBe(1)
  expect(valueOf(text, 'nurie_oldest_unsaved_seconds')).toBe(0)
  expect(valueOf(text, 'nurie_rooms{state="used"}')).toBe(1)
  expect(valueOf(text, 'nurie_guests{role="edit"}')).toBe(1)
  expect(valueOf(text, 'nurie_guests{role="view"}')).toBe(1)
  expect(valueOf(text, 'nurie_sockets{channel="socket"}')).toBe(2)
  expect(valueOf(text, 'nurie_sockets{channel="yjs"}')).toBe(1)
  expect(valueOf(text, 'nurie_resyncs_total{reason="connection"}')).toBe(1)
  expect(valueOf(text, 'nurie_frames_sent_total{stage="draft"}')).toBe(2)
  expect(valueOf(text, 'nurie_frame_age_seconds_count{stage="draft"}')).toBe(1)
  expect(valueOf(text, 'nurie_database_up')).toBe(1)
  expect(valueOf(text, 'nurie_workers')).toBe(1)
  for (const hidden of [room.room, ann.guest.id, 'Annabella', '127.0.0.1']) expect(text).not.toContain(hidden)
  for (const client of [before, after, yjs]) client.close()
  await server.end()
})
