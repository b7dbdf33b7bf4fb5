/**
 * The service worker: the page opens without a network, and takes files that other apps share with it. It keeps the page's own files
 * (all of one build, fetched when it is installed) and the bundled drawings that were looked at; nothing of a room ever passes
 * through it, and no address that asks for a session.
 *
 * A new build waits until the person says so, or reloads the only tab there is; open tabs of the build before find their files
 * for as long as it is the one before.
 */
import { cacheNames, clientsClaim } from 'workbox-core'
import { addRoute, createHandlerBoundToURL, precache } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { StaleWhileRevalidate } from 'workbox-strategies'
import { FORMER_CACHE, SAMPLES_CACHE, SHARED_CACHE, SHARED_FILE, SHARE_TARGET } from '../install/caches.ts'

type BuiltFile = { url: string; revision: string | null }

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: BuiltFile[] }

/** The addresses of the page (client/address.ts). */
const PAGES = [/^\/(\?|$)/, /^\/r\/[A-Za-z0-9_-]+\/?(\?|$)/]
/** The list of the bundled drawings, and their pictures. */
const SAMPLES = /^\/(api\/samples|samples\/[a-z0-9.-]+)$/

const files: readonly BuiltFile[] = self.__WB_MANIFEST

precache([...files])
clientsClaim()

const shell = createHandlerBoundToURL('/index.html')
registerRoute(
  new NavigationRoute(async (context) => (await takeOver(context.request)) ?? shell(context), {
    allowlist: PAGES,
  }),
)
// After the pages: to workbox `/` is a file of the build, too.
addRoute()
registerRoute(
  ({ url }) => isOwn(url) && SAMPLES.test(url.pathname),
  new StaleWhileRevalidate({ cacheName: SAMPLES_CACHE }),
)
registerRoute(
  ({ url }) => isOwn(url) && url.pathname.startsWith('/assets/'),
  async ({ request }) => (await (await caches.open(FORMER_CACHE)).match(request)) ?? fetch(request),
)
registerRoute(
  ({ url }) => isOwn(url) && url.pathname === SHARE_TARGET,
  ({ request }) => receive(request),
  'POST',
)

const pathOf = (url: string) => new URL(url, self.location.origin).pathname
const isOwn = (url: URL) => url.origin === self.location.origin

/** A reload of the only tab brings the new build, as people expect of a reload: from the network, for its worker needs a moment yet. */
async function takeOver(request: Request): Promise<Response | undefined> {
  const { waiting } = self.registration
  if (!waiting || (await self.clients.matchAll({ type: 'window' })).length > 1) return undefined
  waiting.postMessage({ type: 'SKIP_WAITING' })
  return fetch(request).catch(() => undefined)
}

/** Keeps the shared file for the start page, which takes it from there. */
async function receive(request: Request): Promise<Response> {
  const file = (await request.formData()).get('drawing')
  if (file instanceof File) {
    const headers = { 'content-type': file.type, 'x-name': encodeURIComponent(file.name) }
    await (await caches.open(SHARED_CACHE)).put(SHARED_FILE, new Response(file, { headers }))
  }
  return Response.redirect('/?shared', 303)
}

/** What the new build has no more is set aside for the tabs that are open. */
async function keepFormer(): Promise<void> {
  const current = new Set(files.map((file) => pathOf(file.url)))
  await caches.delete(FORMER_CACHE)
  const [precache, former] = await Promise.all([caches.open(cacheNames.precache), caches.open(FORMER_CACHE)])
  for (const request of await precache.keys()) {
    const pathname = pathOf(request.url)
    const answer =
      pathname.startsWith('/assets/') && !current.has(pathname) && (await precache.match(request))
    if (answer) await former.put(pathname, answer)
  }
}

self.addEventListener('install', (event) => event.waitUntil(keepFormer()))
self.addEventListener('message', ({ data }: ExtendableMessageEvent) => {
  if ((data as { type?: unknown } | null)?.type === 'SKIP_WAITING') void self.skipWaiting()
})
