/** Starts the page. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { readAddress } from './address.ts'
import { isBrowserTooOld } from './browserCheck.ts'
import OldBrowserPage from './components/OldBrowserPage.vue'
import { showLanguage } from './i18n/i18n.ts'
import { watchForNewVersion } from './install/newVersion.ts'
import './install/installPrompt.ts'
import { showTheme } from './theme.ts'
import './theme.css'

showTheme()
// What the page needs comes beside the words, not after them.
void (
  readAddress(location).page === 'room'
    ? import('./components/RoomPage.vue')
    : import('./components/StartPage.vue')
).catch(() => undefined)
await showLanguage()
createApp(isBrowserTooOld() ? OldBrowserPage : App)
  .use(createPinia())
  .mount('#app')
if (import.meta.env.PROD) void watchForNewVersion()
