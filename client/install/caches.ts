/** The service worker's caches, and the addresses it and the page meet at. */
export const SAMPLES_CACHE = 'nurie-samples'
/** Files of the build before. */
export const FORMER_CACHE = 'nurie-former'
/** What another app shared, until the start page takes it. */
export const SHARED_CACHE = 'nurie-shared'
export const SHARED_FILE = '/shared-file'
/** Where the system sends what is shared with Nurie. */
export const SHARE_TARGET = '/share'
