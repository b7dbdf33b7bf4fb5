/**
 * The page on a slow device: Chromium with a CPU slowed four times, each visit the first (nothing is cached), the server on the same
 * machine. How long until it can be used (the start page's button takes a press, a room's page takes the pen), until the largest
 * thing is seen, and how many bytes of script come.
 */
import { chromium, type Browser } from '@playwright/test'
import { launchOptions } from './browser.ts'
import { createRoom } from './guest.ts'
import { median, type Row } from './report.ts'
import { startServer } from './server.ts'

const SLOWED = 4

type Visit = { usable: number; largest: number; script: number; all: number }

export async function benchEverywhere({ visits }: { visits: number }): Promise<Row[]> {
  const server = await startServer()
  const browser = await chromium.launch(launchOptions)
  try {
    const { room, keys } = await createRoom(server.url, 'songbird')
    const places = [
      ['start page', server.url, 'button.main'],
      ['room', `${server.url}/r/${room}#${keys.edit}`, 'canvas[data-ready]'],
    ] as const
    const rows: Row[] = []
    for (const [name, url, sign] of places) {
      const seen: Visit[] = []
      for (let i = 0; i < visits; i++) seen.push(await visit(browser, url, sign))
      rows.push(...rowsOf(name, seen))
    }
    return rows
  } finally {
    await browser.close()
    await server.stop()
  }
}

function rowsOf(name: string, visits: readonly Visit[]): Row[] {
  const of = (key: keyof Visit) => median(visits.map((visit) => visit[key]))
  const slow = `${name} on a CPU slowed ${SLOWED}x, first visit, median of ${visits.length}`
  return [
    { what: `${slow}: can be used`, value: of('usable'), unit: 'ms', target: '<= 2000' },
    { what: `${slow}: largest thing seen`, value: of('largest'), unit: 'ms' },
    { what: `${name}: script on its way`, value: of('script') / 1000, unit: 'kB', target: '<= 250' },
    { what: `${name}: everything on its way`, value: of('all') / 1000, unit: 'kB' },
  ]
}

/** `sign`: what is there when the page can be used; its own thread has to have time for it, too. */
async function visit(browser: Browser, url: string, sign: string): Promise<Visit> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  const inspector = await context.newCDPSession(page)
  await inspector.send('Network.enable')
  await inspector.send('Emulation.setCPUThrottlingRate', { rate: SLOWED })
  const bytes = { script: 0, all: 0 }
  const scripts = new Set<string>()
  inspector.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script' || response.mimeType.includes('javascript')) scripts.add(requestId)
  })
  // As it was packed for the way; without headers.
  inspector.on('Network.dataReceived', ({ requestId, encodedDataLength }) => {
    bytes.all += encodedDataLength
    if (scripts.has(requestId)) bytes.script += encodedDataLength
  })
  await page.addInitScript((sign) => {
    const seen = { usable: 0, largest: 0 }
    Object.assign(globalThis, { everywhere: seen })
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) seen.largest = startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
    const look = {
      frame() {
        if (!document.querySelector(sign)) return void requestAnimationFrame(() => look.frame())
        // After what waits already: a press now would be answered.
        setTimeout(() => (seen.usable = performance.now()))
      },
    }
    requestAnimationFrame(() => look.frame())
  }, sign)
  await page.goto(url)
  const handle = await page.waitForFunction(() => {
    const seen = (globalThis as unknown as { everywhere: { usable: number; largest: number } }).everywhere
    return seen.usable > 0 && seen.largest > 0 && seen
  })
  await page.waitForLoadState('networkidle')
  const { usable, largest } = (await handle.jsonValue()) as { usable: number; largest: number }
  await context.close()
  return { usable, largest, ...bytes }
}
