/**
 * The history of the room as its panel shows it: versions, who has painted, what was done last and can be taken back, and what the
 * page shows of it all: whose stroke is under the pointer, which strokes are in the light.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Guest } from '../../shared/protocol.ts'
import type { RoomConnection } from '../connection.ts'
import { listGuests } from '../api/hosting.ts'
import {
  keepVersion,
  listVersions,
  removeVersion,
  renameVersion,
  restoreVersion,
  strokeTimes,
  undoGuest,
  type Version,
} from '../api/pageHistory.ts'
import { t } from '../i18n/i18n.ts'
import { problemText } from '../i18n/refusalText.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

/** A stroke of the page with what the log knows of it. */
export type KnownStroke = { id: string; by: string }
/** What was done last, in the language of the moment, and the version that takes it back. */
type Done = { text: () => string; takeBack: () => string; before: string }

const STRANGER = '#8a8378'

export const useHistory = defineStore('history', () => {
  const room = useRoom()
  const notices = useNotices()
  const isOpen = ref(false)
  const versions = shallowRef<readonly Version[]>()
  const past = shallowRef<readonly Guest[]>([])
  const times = shallowRef<ReadonlyMap<string, number>>(new Map())
  const busy = ref(false)
  const done = shallowRef<Done>()
  /** The version that is looked at. */
  const looked = shallowRef<Version>()
  const isReplaying = ref(false)
  /** Pointing at the page tells who painted there. */
  const isAsking = ref(false)
  /** The guest whose strokes a host is about to take back. */
  const undoing = ref('')
  /** The strokes in the light; all others are dimmed. */
  const lit = shallowRef<((stroke: KnownStroke) => boolean) | null>(null)
  /** How far this device's clock is behind the server's. */
  let behind = 0
  const clock = () => Date.now() + behind

  const guests = computed(() => new Map([...past.value, ...room.guests].map((guest) => [guest.id, guest])))
  /** A guest by id, also one who left; of some nothing but their strokes is left. */
  function guestOf(id: string): Guest {
    return guests.value.get(id) ?? { id, name: t('people.somebodyLeft'), color: STRANGER, role: 'edit' }
  }

  /** Gets to know guests who left, if there are any among these. */
  async function meet(ids: readonly string[]): Promise<void> {
    const { connection } = room
    if (!connection || ids.every((id) => guests.value.has(id))) return
    const people = await listGuests(connection).catch(() => undefined)
    if (people && connection === room.connection) past.value = people
  }

  watch(
    () => room.connection,
    () => {
      close()
      versions.value = done.value = looked.value = undefined
      past.value = []
      times.value = new Map()
    },
  )

  /** Does something in the room; what goes wrong is told. */
  async function attempt<T>(work: (connection: RoomConnection) => Promise<T>): Promise<T | undefined> {
    const { connection } = room
    if (!connection) return undefined
    busy.value = true
    try {
      return await work(connection)
    } catch (problem) {
      notices.tell(problemText(problem))
      return undefined
    } finally {
      busy.value = false
    }
  }

  async function refresh(): Promise<void> {
    const { connection } = room
    if (!connection) return
    const [list, people, known] = await Promise.all([
      listVersions(connection),
      listGuests(connection),
      strokeTimes(connection),
    ])
    if (connection !== room.connection) return
    versions.value = list
    past.value = people
    times.value = known.times
    // The header tells whole seconds: less is no difference.
    const difference = known.now - Date.now()
    behind = Math.abs(difference) > 2_000 ? difference : 0
  }

  function open(): void {
    isOpen.value = true
    void attempt(refresh)
  }

  function close(): void {
    isOpen.value = isAsking.value = false
    undoing.value = ''
    lit.value = null
  }

  const keep = (name: string) =>
    attempt(async (connection) => {
      await keepVersion(connection, name)
      await refresh()
      return true
    })

  const rename = (version: Version, name: string) =>
    attempt(async (connection) => {
      await renameVersion(connection, version.id, name)
      await refresh()
    })

  const remove = (version: Version) =>
    attempt(async (connection) => {
      await removeVersion(connection, version.id)
      await refresh()
    })

  const restore = (version: Version) =>
    attempt(async (connection) => {
      const { before } = await restoreVersion(connection, version.id)
      done.value = {
        text: () => t('history.asIn', { version: titleOf(version) }),
        takeBack: () => t('history.undoRestore'),
        before,
      }
      looked.value = undefined
      await refresh()
    })

  const undo = (guest: Guest, since: number | undefined) =>
    attempt(async (connection) => {
      const { removed, before } = await undoGuest(connection, guest.id, since)
      const text = () => t('history.undone', { n: removed, name: guest.name }, removed)
      if (before !== undefined) done.value = { text, takeBack: () => t('history.bringBack'), before }
      lit.value = null
      await refresh()
    })

  const takeBack = () =>
    attempt(async (connection) => {
      if (!done.value) return
      await restoreVersion(connection, done.value.before)
      done.value = undefined
      await refresh()
    })

  /** What a version is called. */
  function titleOf({ kind, name }: Version): string {
    switch (kind) {
      case 'named':
        return name === '' ? t('history.version.unnamed') : t('history.version.named', { name })
      case 'before-restore':
        return name === ''
          ? t('history.version.beforeRestore')
          : t('history.version.beforeRestoring', { name })
      case 'before-undo':
        return t('history.version.beforeUndo')
      case 'automatic':
        return t('history.version.automatic')
    }
  }

  return {
    isOpen,
    versions,
    times,
    busy,
    done: computed(() => done.value && { text: done.value.text(), takeBack: done.value.takeBack() }),
    looked,
    isReplaying,
    isAsking,
    undoing,
    lit,
    guestOf,
    meet,
    titleOf,
    open,
    close,
    clock,
    /** What cannot be fetched stays as it was shown. */
    refresh: () => refresh().catch(() => undefined),
    keep,
    rename,
    remove,
    restore,
    undo,
    takeBack,
  }
})
