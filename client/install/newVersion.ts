/**
 * Registers the service worker and tells when a new build of the page is ready. It is taken when the person says so, and not before
 * everything that only this page holds is safe; other tabs go on with the build they have.
 */
import { computed, shallowRef, watch } from 'vue'
import { keepSeenSamples } from './seenSamples.ts'

const LOOK_EVERY_MS = 3_600_000
/** In this tab: for which protocol it was loaded anew. */
const NEEDED = 'nurie-needed-protocol'

const isReady = shallowRef(false)
const isTaken = shallowRef(false)
const reasons = shallowRef<readonly (() => boolean)[]>([])
const isHeld = computed(() => reasons.value.some((holds) => holds()))
let activate = () => location.reload()

/** While one of these (reactive) is true the page is not loaded anew. Returns how to take it back. */
export function holdReload(reason: () => boolean): () => void {
  reasons.value = [...reasons.value, reason]
  return () => (reasons.value = reasons.value.filter((each) => each !== reason))
}

/** Loads the page in the new build as soon as nothing holds it. */
function take(): void {
  if (isTaken.value) return
  isTaken.value = true
  watch(isHeld, (held) => !held && activate(), { immediate: true })
}

/**
 * The server speaks a newer protocol than this page: it is loaded anew by itself, once nothing holds it. Where that was done for this
 * protocol already and did not help, it is offered only.
 */
export function needNewVersion(protocol: number): void {
  isReady.value = true
  if (sessionStorage.getItem(NEEDED) === String(protocol)) return
  sessionStorage.setItem(NEEDED, String(protocol))
  const looked = navigator.serviceWorker?.getRegistration().then((registration) => registration?.update())
  void Promise.resolve(looked)
    .catch(() => undefined)
    .then(take)
}

export const useNewVersion = () => ({ isReady, isTaken, isHeld, take })

/** To be called once, when the page is shown: what is fetched for later does not slow it down. */
export async function watchForNewVersion(): Promise<void> {
  const { registerSW } = await import('virtual:pwa-register')
  const skipWaiting = registerSW({
    onNeedRefresh: () => void (isReady.value = true),
    // Another tab may have taken it: this one goes on until its own person says so.
    onNeedReload: () => undefined,
    onOfflineReady: () => void keepSeenSamples(),
    onRegisteredSW(_url, registration) {
      if (!registration) return
      activate = () => (registration.waiting ? void skipWaiting() : location.reload())
      lookNowAndThen(registration)
    },
  })
  navigator.serviceWorker?.addEventListener('controllerchange', () => isTaken.value && location.reload())
}

function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let looked = Date.now()
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - looked < LOOK_EVERY_MS) return
    looked = Date.now()
    // Offline, the next look finds it.
    registration.update().catch(() => undefined)
  })
}
