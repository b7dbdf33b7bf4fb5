/** Starts the page. */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import App from './App.vue'
import { showTheme } from './theme.ts'
import './theme.css'

showTheme()
createApp(App).use(createPinia()).mount('#app')
