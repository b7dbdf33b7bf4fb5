/**
 * What this browser remembers: the person's name, what they switched on, the key for new rooms where one is asked for, and per room the keys and the title
 * its creator gave and the last token (which brings the same guest back). Without storage (private windows) nothing is remembered and everything still works.
 */
import type { RoomKeys } from './api/api.ts'
import type { NamedColor } from './color/pageColors.ts'

/** `title`, `colors`: what a page just made from a file should be called, and have among its colors (until it has). `commentsSeen`: the time of the newest comment that was looked at. */
export type RememberedRoom = {
  keys?: Partial<RoomKeys>
  /** The one it was entered by last. */
  entrance?: string
  token?: string
  title?: string
  colors?: NamedColor[]
  commentsSeen?: number
}

const NAME = 'nurie:name'
const CREATE_KEY = 'nurie:create-key'
const switchEntry = (name: string) => `nurie:switch:${name}`
const roomEntry = (room: string) => `nurie:room:${room}`

function read(entry: string): string | null {
  try {
    return localStorage.getItem(entry)
  } catch {
    return null
  }
}

function write(entry: string, value: string): void {
  try {
    localStorage.setItem(entry, value)
  } catch {
    // Full or forbidden: a session works without it.
  }
}

export const rememberedCreateKey = () => read(CREATE_KEY) ?? ''
export const rememberCreateKey = (key: string) => write(CREATE_KEY, key)

export const rememberedName = () => read(NAME) ?? undefined
export const rememberName = (name: string) => write(NAME, name)

/** Something switched on or off for this device. */
export const rememberedSwitch = (name: string) => read(switchEntry(name)) === 'on'
export const rememberSwitch = (name: string, isOn: boolean) => write(switchEntry(name), isOn ? 'on' : 'off')

export function rememberedRoom(room: string): RememberedRoom {
  try {
    const value: unknown = JSON.parse(read(roomEntry(room)) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** What is undefined is forgotten. */
export function rememberRoom(
  room: string,
  news: { [Key in keyof RememberedRoom]?: RememberedRoom[Key] | undefined },
): void {
  write(roomEntry(room), JSON.stringify({ ...rememberedRoom(room), ...news }))
}
