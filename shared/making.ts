/**
 * The making of a page on its way to a browser: Yjs updates with their times, in the order they came.
 *
 * Bytes: a version (1), then lengths and numbers as unsigned LEB128: the length of the document it begins with (0 for an empty one) and
 * its bytes; then per update the milliseconds since the update before (the first: since 1970), its length and its bytes.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export type Step = {
  /** Milliseconds since 1970. */ at: number
  bytes: Uint8Array
}
export type Making = { base?: Uint8Array; steps: readonly Step[] }

const FORM = 1

export function encodeMaking({ base, steps }: Making): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, FORM)
  encoding.writeVarUint8Array(encoder, base ?? new Uint8Array())
  let last = 0
  for (const { at, bytes } of steps) {
    // A clock that was set back does not turn the order round.
    encoding.writeVarUint(encoder, Math.max(0, at - last))
    encoding.writeVarUint8Array(encoder, bytes)
    last = Math.max(last, at)
  }
  return encoding.toUint8Array(encoder)
}

/** Throws when the bytes are not of that form. */
export function decodeMaking(bytes: Uint8Array): Making {
  const decoder = decoding.createDecoder(bytes)
  if (decoding.readVarUint(decoder) !== FORM) throw new Error('a making of another form')
  const base = decoding.readVarUint8Array(decoder)
  const steps: Step[] = []
  for (let at = 0; decoding.hasContent(decoder);) {
    at += decoding.readVarUint(decoder)
    steps.push({ at, bytes: decoding.readVarUint8Array(decoder) })
  }
  return base.length > 0 ? { base, steps } : { steps }
}
