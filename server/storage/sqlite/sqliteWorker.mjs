// A Worker's entry cannot be TypeScript on Node 20: this registers the loader and goes on there.
import { register } from 'tsx/esm/api'

register()
await import('./sqliteWorker.ts')
