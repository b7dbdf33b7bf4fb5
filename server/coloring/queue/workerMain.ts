/** Starts a worker and ends the process: `npm run worker`. */
import { readWeights } from '../../../models/manifest.ts'
import { findEngines } from '../engines.ts'
console.log(readWeights, findEngines)
