/** What a room's document may hold besides strokes (strokes.ts has their form). */
import { limits } from '../../shared/limits.ts'
import { isSwatch } from '../../shared/strokes.ts'

/** A title of the longest graphemes people use. */
const LONGEST_TEXT = 4 * limits.titleLength

/** Settings of a page: there are a few, and newer ones may follow. */
export const PAGE_ENTRIES = 32

/** A plain object. A decoded key `__proto__` sets the prototype, so it shows here and nowhere else. */
export const isPlain = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** A key of `page` or `palette`. */
export const isKey = (key: string) => key.length > 0 && key.length <= limits.idLength && key !== '__proto__'

/** A value of `page`. */
export const isSetting = (value: unknown) =>
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= LONGEST_TEXT)

/** A value of `palette`. */
export const isEntry = (value: unknown) => isPlain(value) && isSwatch(value)
