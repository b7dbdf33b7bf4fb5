/**
 * Zip archives of strangers, read. (zip.ts writes them; its library inflates a whole stream before it looks how long it was to be, so
 * here Node does, with a bound.) Only what is asked for by name is ever inflated, into memory: names lead nowhere, links and
 * permissions mean nothing, archives within archives are bytes. An archive is refused as a whole when
 *
 * - it is cut short, or its directory and the entries it names do not agree;
 * - it holds more entries than `entries`, two of one name, entries that lie over each other, or a name that climbs out of a folder;
 * - what is asked for is more than `bytes` together, is longer or shorter than was said, or has another checksum;
 * - it is encrypted, packed otherwise than by deflate, or needs the forms for more than 4 GB (zip64).
 *
 * Format: PKWARE APPNOTE 6.3.10, 4.3.6-4.3.16.
 */
import { crc32, inflateRawSync } from 'node:zlib'

export type UnzipLimits = {
  /** Entries of the archive, asked for or not. */
  entries: number
  /** Bytes of what is asked for, together. */
  bytes: number
}

/** Why an archive was not read. */
export class ZipFault extends Error {
  readonly kind: 'broken' | 'too-large'
  constructor(kind: 'broken' | 'too-large', message: string) {
    super(message)
    this.kind = kind
  }
}

type Entry = {
  name: string
  isPacked: boolean
  crc: number
  packed: number
  size: number
  /** Of its local header. */
  at: number
}

const END = 0x06054b50
const DIRECTORY = 0x02014b50
const LOCAL = 0x04034b50
const END_LENGTH = 22
const LONGEST_COMMENT = 0xffff
const ENCRYPTED = 1

/** The entries `wants` says yes to, by name. @throws ZipFault */
export function unzip(
  bytes: Uint8Array,
  wants: (name: string) => boolean,
  limits: UnzipLimits,
): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const entries = directoryOf(view, bytes, limits)
  const wanted = entries.filter(({ name }) => wants(name))
  if (wanted.reduce((sum, { size }) => sum + size, 0) > limits.bytes)
    throw new ZipFault('too-large', 'the archive holds too much')
  return new Map(wanted.map((entry) => [entry.name, contentOf(view, bytes, entry)]))
}

/** Throws instead of reading past the end. */
function broken(reason: string): never {
  throw new ZipFault('broken', reason)
}

function directoryOf(view: DataView, bytes: Uint8Array, limits: UnzipLimits): Entry[] {
  const end = endOf(view)
  const count = view.getUint16(end + 10, true)
  const length = view.getUint32(end + 12, true)
  let at = view.getUint32(end + 16, true)
  if (view.getUint16(end + 8, true) !== count || view.getUint32(end + 4, true) !== 0)
    broken('an archive in several parts')
  if (count > limits.entries) throw new ZipFault('too-large', 'the archive has too many entries')
  if (at + length > end) broken('the directory does not fit')
  const entries: Entry[] = []
  const names = new Set<string>()
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== DIRECTORY) broken('the directory ends early')
    const next =
      at + 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
    if (next > end) broken('the directory ends early')
    const method = view.getUint16(at + 10, true)
    const name = nameAt(bytes, at + 46, view.getUint16(at + 28, true))
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0) broken('the archive is encrypted')
    if (method !== 0 && method !== 8) broken('an entry is packed in an unknown way')
    if (names.has(name)) broken('two entries have one name')
    names.add(name)
    entries.push({
      name,
      isPacked: method === 8,
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    })
    at = next
  }
  refuseOverlaps(entries, view.getUint32(end + 16, true))
  return entries
}

/** The end record lies at the end, before a comment at most. */
function endOf(view: DataView): number {
  const last = view.byteLength - END_LENGTH
  for (let at = last; at >= Math.max(0, last - LONGEST_COMMENT); at--) {
    if (
      view.getUint32(at, true) === END &&
      at + END_LENGTH + view.getUint16(at + 20, true) <= view.byteLength
    )
      return at
  }
  return broken('the archive is cut short')
}

function nameAt(bytes: Uint8Array, at: number, length: number): string {
  const name = new TextDecoder().decode(bytes.subarray(at, at + length))
  const isClimbing = name.split('/').some((part) => part === '..')
  if (name === '' || isClimbing || /^\/|^[a-z]:|[\\\0]/i.test(name))
    broken('an entry has a name that leads away')
  return name
}

/** An entry has at least its header, its name and its bytes, all before the directory. */
function refuseOverlaps(entries: readonly Entry[], directory: number): void {
  const inOrder = entries.toSorted((a, b) => a.at - b.at)
  for (const [i, { at, name, packed }] of inOrder.entries()) {
    const next = inOrder[i + 1]?.at ?? directory
    if (at + 30 + name.length + packed > next) broken('entries lie over each other')
  }
}

function contentOf(
  view: DataView,
  bytes: Uint8Array,
  { name, at, isPacked, packed, size, crc }: Entry,
): Uint8Array {
  if (view.getUint32(at, true) !== LOCAL) broken('an entry is not where it should be')
  const nameLength = view.getUint16(at + 26, true)
  const from = at + 30 + nameLength + view.getUint16(at + 28, true)
  if (from + packed > bytes.length || nameAt(bytes, at + 30, nameLength) !== name)
    broken('an entry is not what the directory says')
  const stored = bytes.subarray(from, from + packed)
  const content = isPacked ? inflated(stored, size) : stored
  if (content.length !== size || crc32(content) !== crc) broken('an entry has another checksum')
  return content
}

function inflated(packed: Uint8Array, size: number): Uint8Array {
  try {
    // Zero would mean no bound.
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, size) })
  } catch {
    return broken('an entry cannot be unpacked')
  }
}
