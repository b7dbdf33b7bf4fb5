/** Plain values as JSON, the bytes in them apart: pictures do not travel as text. */

/** The bytes are given in the order of their numbers in the text; they are not copied. */
export function splitBytes(value: unknown): { text: string; bytes: Uint8Array[] } {
  const bytes: Uint8Array[] = []
  const text = JSON.stringify(value, function (this: Record<string, unknown>, name, changed: unknown) {
    // A Buffer was made plain before it comes here.
    const own = this[name]
    return own instanceof Uint8Array ? { bytes: bytes.push(own) - 1 } : changed
  })
  return { text, bytes }
}

export function joinBytes(text: string, bytes: (index: number) => Uint8Array): unknown {
  return JSON.parse(text, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const { bytes: index, ...rest } = value as { bytes?: unknown }
    return typeof index === 'number' && Object.keys(rest).length === 0 ? bytes(index) : value
  })
}
