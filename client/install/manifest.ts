/** What a system needs to install Nurie: name, pictures, colors, and the files it opens and takes. */
import type { ManifestOptions } from 'vite-plugin-pwa'
import { SHARE_TARGET } from './caches.ts'

const drawings = {
  'image/png': ['.png'],
  'image/jpeg': ['.jpg', '.jpeg'],
  'image/webp': ['.webp'],
}

export const manifest: Partial<ManifestOptions> = {
  id: '/',
  name: 'Nurie: color a page together',
  short_name: 'Nurie',
  description: 'Bring a line drawing, share the link, and color it together, live.',
  lang: 'en',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#ece6da',
  theme_color: '#ece6da',
  categories: ['graphics', 'entertainment', 'education'],
  icons: [
    { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
    { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
    { src: '/icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    { src: '/favicon.svg', sizes: 'any', type: 'image/svg+xml' },
  ],
  screenshots: [
    {
      src: '/icons/screen-wide.webp',
      sizes: '1280x800',
      type: 'image/webp',
      form_factor: 'wide',
      label: 'A page that is being colored',
    },
    {
      src: '/icons/screen-narrow.webp',
      sizes: '540x1169',
      type: 'image/webp',
      form_factor: 'narrow',
      label: 'The same on a phone',
    },
  ],
  shortcuts: [{ name: 'New page', url: '/', icons: [{ src: '/icons/icon-192.png', sizes: '192x192' }] }],
  // A page of its own for each file: somebody may be painting in the one that is open.
  launch_handler: { client_mode: 'navigate-new' },
  file_handlers: [
    {
      action: '/',
      accept: { ...drawings, 'application/vnd.nurie': ['.nurie'], 'image/vnd.adobe.photoshop': ['.psd'] },
    },
  ],
  share_target: {
    action: SHARE_TARGET,
    method: 'POST',
    enctype: 'multipart/form-data',
    params: { title: 'title', files: [{ name: 'drawing', accept: Object.keys(drawings) }] },
  },
}
