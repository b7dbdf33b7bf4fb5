/** Starts the page. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { isBrowserTooOld } from './browserCheck.ts'
import OldBrowserPage from './components/OldBrowserPage.vue'
import { showTheme } from './theme.ts'
import './theme.css'

showTheme()
createApp(isBrowserTooOld() ? OldBrowserPage : App)
  .use(createPinia())
  .mount('#app')
