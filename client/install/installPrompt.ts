/**
 * Whether this browser offers to install the page, and how. Chromium asks by an event that comes once, early; Safari on a phone has a
 * way of its own in its share menu; elsewhere nothing is offered.
 */
import { shallowRef } from 'vue'

type InstallEvent = Event & { prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }> }
export type InstallOffer = { by: 'prompt'; ask(): Promise<void> } | { by: 'share-menu' }

const offer = shallowRef<InstallOffer | undefined>()

function watchOffers(): void {
  // Known by Safari on phones and tablets alone: whether it was opened from the home screen.
  if ((navigator as { standalone?: boolean }).standalone === false) offer.value = { by: 'share-menu' }
  addEventListener('beforeinstallprompt', (event) => {
    event.preventDefault()
    offer.value = {
      by: 'prompt',
      async ask() {
        const { outcome } = await (event as InstallEvent).prompt()
        // An event asks once; after a no the browser sends another when it thinks fit.
        if (outcome) offer.value = undefined
      },
    }
  })
  addEventListener('appinstalled', () => (offer.value = undefined))
}

watchOffers()

export const useInstallOffer = () => offer
