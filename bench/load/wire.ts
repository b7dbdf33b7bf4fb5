/**
 * The bytes of the two protocols under load: y-websocket's, which Nurie and the bare relay speak, and Hocuspocus's, where the document's
 * name stands before every message. `lean.test.ts` holds what is made here to what the stock clients send.
 */
import { createDecoder, readVarString, readVarUint, readVarUint8Array } from 'lib0/decoding'
import { createEncoder, toUint8Array, writeVarString, writeVarUint, writeVarUint8Array } from 'lib0/encoding'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { messageYjsSyncStep1, messageYjsSyncStep2, messageYjsUpdate } from 'y-protocols/sync'
import { Doc } from 'yjs'

const SYNC = 0
const AWARENESS = 1
const AUTH = 2
/** Hocuspocus's: as SYNC, in answer to a step 1. */
const SYNC_REPLY = 4
const TOKEN = 0

export type WireName = 'y-websocket' | 'hocuspocus'
export type Step = 'step1' | 'step2' | 'update'
export type Wire = {
  /** What a client says first, without having a document. */
  greeting(client: number, stateVector: Uint8Array): Uint8Array[]
  message(step: Step, payload: Uint8Array): Uint8Array
  /** A message of the sync protocol, or nothing when it is of another kind. */
  read(message: Uint8Array): { step: Step; payload: Uint8Array } | undefined
}

const numbers = { step1: messageYjsSyncStep1, step2: messageYjsSyncStep2, update: messageYjsUpdate } as const
const steps = ['step1', 'step2', 'update'] as const

/** `name`: the document's, which Hocuspocus wants in every message. */
export function wireOf(protocol: WireName, name: string): Wire {
  const begin = () => {
    const encoder = createEncoder()
    if (protocol === 'hocuspocus') writeVarString(encoder, name)
    return encoder
  }
  function message(step: Step, payload: Uint8Array): Uint8Array {
    const encoder = begin()
    writeVarUint(encoder, SYNC)
    writeVarUint(encoder, numbers[step])
    writeVarUint8Array(encoder, payload)
    return toUint8Array(encoder)
  }
  function auth(): Uint8Array {
    const encoder = begin()
    writeVarUint(encoder, AUTH)
    writeVarUint(encoder, TOKEN)
    writeVarString(encoder, '')
    return toUint8Array(encoder)
  }
  /** That somebody is here, of whom nothing is known. */
  function presence(client: number): Uint8Array {
    const doc = new Doc()
    doc.clientID = client
    const awareness = new Awareness(doc)
    const encoder = begin()
    writeVarUint(encoder, AWARENESS)
    writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [client]))
    awareness.destroy()
    return toUint8Array(encoder)
  }
  return {
    greeting(client, stateVector) {
      const step1 = message('step1', stateVector)
      return protocol === 'hocuspocus' ? [auth(), step1, presence(client)] : [step1, presence(client)]
    },
    message,
    read(bytes) {
      const decoder = createDecoder(bytes)
      if (protocol === 'hocuspocus') readVarString(decoder)
      const kind = readVarUint(decoder)
      if (kind !== SYNC && !(protocol === 'hocuspocus' && kind === SYNC_REPLY)) return undefined
      const step = steps[readVarUint(decoder)]
      return step && { step, payload: readVarUint8Array(decoder) }
    },
  }
}
