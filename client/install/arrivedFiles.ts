/**
 * Files that come from the system instead of the page: opened with Nurie (the installed page's file handlers), or shared with it by
 * another app, which the service worker keeps until it is asked for.
 */
import { SHARED_CACHE, SHARED_FILE } from './caches.ts'

type LaunchQueue = {
  setConsumer(consumer: (launch: { files: readonly FileSystemFileHandle[] }) => void): void
}

/** Gives the file that came with this start of the page, if one did; each once. */
export function takeArrivedFiles(give: (file: File) => void): void {
  const queue = (globalThis as { launchQueue?: LaunchQueue }).launchQueue
  queue?.setConsumer(({ files: [handle] }) => {
    if (handle) void handle.getFile().then(give)
  })
  if (new URLSearchParams(location.search).has('shared')) {
    void takeSharedFile().then((file) => file && give(file))
  }
}

async function takeSharedFile(): Promise<File | undefined> {
  history.replaceState(history.state, '', location.pathname)
  const cache = await caches.open(SHARED_CACHE)
  const kept = await cache.match(SHARED_FILE)
  if (!kept) return undefined
  await cache.delete(SHARED_FILE)
  const name = decodeURIComponent(kept.headers.get('x-name') ?? '')
  return new File([await kept.blob()], name, { type: kept.headers.get('content-type') ?? '' })
}
