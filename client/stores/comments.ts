/**
 * What is said about the page, as this person sees it: the threads, which of them is open, what is new since this device looked last,
 * and what they are writing. A text that could not be sent stays in its draft.
 */
import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef, watch } from 'vue'
import type { CommentChange, PageComment } from '../../shared/protocol.ts'
import { problemOf } from '../api/api.ts'
import { UNITS } from '../canvas/pen.ts'
import type { Point } from '../canvas/view.ts'
import { threadsOf, withChange, type CommentList, type Thread } from '../commentList.ts'
import type { RoomConnection } from '../connection.ts'
import { t } from '../i18n/i18n.ts'
import { problemText } from '../i18n/refusalText.ts'
import { rememberedRoom, rememberRoom } from '../keyring.ts'
import {
  deleteComment,
  listComments,
  resolveComment,
  rewriteComment,
  writeComment,
} from '../api/pageComments.ts'
import { useHistory } from './history.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

/** After the list could not be fetched. */
const RETRY_MS = 3_000

export const useComments = defineStore('comments', () => {
  const room = useRoom()
  const history = useHistory()
  const notices = useNotices()
  const isOpen = ref(false)
  const arePinsShown = ref(true)
  const areResolvedShown = ref(false)
  const list = shallowRef<CommentList>()
  /** The thread whose card is open. */
  const chosen = ref<string>()
  /** Where a comment is being written, in page pixels. */
  const place = shallowRef<Point>()
  /** What is being written and not sent: of a new comment, and by the id of what is answered or changed. */
  const drafts = reactive<Record<string, string>>({})
  /** When this device looked at all comments last, and at each thread since, by the server's times. */
  const seen = ref(0)
  const seenThreads = reactive(new Map<string, number>())
  let heard = 0
  let retry: ReturnType<typeof setTimeout> | undefined

  const threads = computed(() => threadsOf(list.value?.comments ?? []))
  const open = computed(() => threads.value.filter(({ comment }) => !comment.resolved))
  const resolved = computed(() => threads.value.filter(({ comment }) => comment.resolved))
  const thread = computed(() => threads.value.find(({ comment }) => comment.id === chosen.value))
  const mayWrite = computed(() => room.isPainter)
  const isNew = ({ comment, answers, last }: Thread) =>
    last > Math.max(seen.value, seenThreads.get(comment.id) ?? 0) &&
    [comment, ...answers].some(({ at, by }) => at > seen.value && by !== room.me?.id)
  const hasNews = computed(() => open.value.some(isNew))

  function put(next: CommentList): void {
    list.value = next
    void history.meet(next.comments.map(({ by }) => by))
    if (chosen.value !== undefined && !thread.value) chosen.value = undefined
    if (isOpen.value) look()
    if (thread.value) seenThreads.set(thread.value.comment.id, thread.value.last)
  }

  async function load(connection: RoomConnection): Promise<void> {
    clearTimeout(retry)
    try {
      const all = await listComments(connection)
      if (connection !== room.connection) return
      put(all)
      if (heard > all.version) void load(connection)
    } catch {
      if (connection === room.connection) retry = setTimeout(() => void load(connection), RETRY_MS)
    }
  }

  function take(connection: RoomConnection, change: CommentChange): void {
    heard = change.version
    if (!list.value) return
    const next = withChange(list.value, change)
    if (next) put(next)
    else void load(connection)
  }

  watch(
    () => room.connection,
    (connection, _former, onCleanup) => {
      clearTimeout(retry)
      list.value = chosen.value = place.value = undefined
      isOpen.value = false
      seenThreads.clear()
      if (!connection) return
      seen.value = rememberedRoom(connection.room).commentsSeen ?? 0
      const stops = [
        connection.on('comment', (change) => take(connection, change)),
        // The server may be another one by now, which counts anew.
        connection.on('welcome', () => {
          heard = 0
          void load(connection)
        }),
      ]
      void load(connection)
      onCleanup(() => stops.forEach((stop) => stop()))
    },
    { immediate: true },
  )
  watch(
    () => history.isOpen,
    (isHistoryOpen) => isHistoryOpen && (isOpen.value = false),
  )

  /** All there is was looked at. */
  function look(): void {
    const newest = threads.value[0]?.last ?? 0
    if (newest <= seen.value || !room.connection) return
    seen.value = newest
    rememberRoom(room.connection.room, { commentsSeen: newest })
  }

  function toggle(): void {
    isOpen.value = !isOpen.value
    if (isOpen.value) history.close()
    else look()
  }

  /** Opens a thread's card. */
  function choose(id: string | undefined): void {
    place.value = undefined
    chosen.value = id
    if (thread.value) seenThreads.set(thread.value.comment.id, thread.value.last)
  }

  /** Begins a comment at a place of the page. */
  function begin(at: Point): void {
    if (!mayWrite.value) return notices.tell(t('comments.lookingOn'))
    chosen.value = undefined
    const { width = 0, height = 0 } = room.page ?? {}
    const isOnPage = at.x >= 0 && at.y >= 0 && at.x < width && at.y < height
    place.value = isOnPage ? at : undefined
  }

  /** Rejects with a `Problem` when it was not sent. */
  async function send<T>(work: (connection: RoomConnection) => Promise<T>): Promise<T> {
    if (!room.connection) throw problemOf('network')
    return work(room.connection)
  }

  async function write(text: string): Promise<void> {
    const at = place.value
    if (!at) return
    const { x, y } = { x: Math.round(at.x * UNITS), y: Math.round(at.y * UNITS) }
    await send((connection) => writeComment(connection, { x, y }, text))
    place.value = undefined
  }

  async function answer(on: PageComment, text: string): Promise<void> {
    await send((connection) => writeComment(connection, { on: on.id }, text))
  }

  const rewrite = (comment: PageComment, text: string) =>
    send((connection) => rewriteComment(connection, comment.id, text))

  /** What goes wrong is told. */
  const attempt = (work: (connection: RoomConnection) => Promise<void>) =>
    send(work).catch((problem: unknown) => notices.tell(problemText(problem)))

  return {
    isOpen,
    arePinsShown,
    areResolvedShown,
    isLoaded: computed(() => list.value !== undefined),
    threads,
    open,
    resolved,
    thread,
    place,
    drafts,
    hasNews,
    isNew,
    mayWrite,
    toggle,
    choose,
    begin,
    write,
    answer,
    rewrite,
    resolve: (comment: PageComment, is: boolean) =>
      attempt((connection) => resolveComment(connection, comment.id, is)),
    remove: (comment: PageComment) => attempt((connection) => deleteComment(connection, comment.id)),
  }
})
