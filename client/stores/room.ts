/**
 * The room as its page shows it: who is here, what may be done, whether work is saved, how far the coloring is. It owns the
 * connection, this person's work and undo; the connection itself holds the document and is not reactive.
 */
import { defineStore } from 'pinia'
import { computed, nextTick, ref, shallowRef } from 'vue'
import { PROTOCOL, type Guest, type PageInfo } from '../../shared/protocol.ts'
import { limits } from '../../shared/limits.ts'
import { pageOf } from '../../shared/strokes.ts'
import { Problem, type RoomKeys } from '../api/api.ts'
import { watchAttention } from '../attention.ts'
import { isPutOut, openKeptRoom, openRoom, type Refusal, type RoomConnection } from '../connection.ts'
import { problemText, refusalText } from '../i18n/refusalText.ts'
import { needNewVersion } from '../install/newVersion.ts'
import { openDeviceStore, type StrokeAside } from '../own/deviceStore.ts'
import { t } from '../i18n/i18n.ts'
import type { Freshness } from '../live/freshness.ts'
import { rememberedName, rememberedRoom, rememberName, rememberRoom } from '../keyring.ts'
import { OwnHistory } from '../own/ownHistory.ts'
import { OwnWork } from '../own/ownWork.ts'
import { roomCopies } from '../own/roomCopies.ts'
import type { SavingState } from '../own/saving.ts'
import { forgetRoom } from '../recent/forgetRoom.ts'
import { useNotices } from './notices.ts'

type Phase = { state: 'opening' } | { state: 'open' } | { state: 'refused'; refusal: Refusal }

export const useRoom = defineStore('room', () => {
  const notices = useNotices()
  const phase = shallowRef<Phase>({ state: 'opening' })
  const connection = shallowRef<RoomConnection>()
  const me = shallowRef<Guest>()
  const guests = shallowRef<readonly Guest[]>([])
  const page = shallowRef<PageInfo>()
  /** The page's title as everybody sees it; empty when nobody gave it one. */
  const title = ref('')
  const saving = ref<SavingState>('offline')
  /** Where this person's unsaved work is: on this device's disk, on its way there, or in this page alone. */
  const keeping = ref<'kept' | 'writing' | 'not-kept'>('writing')
  /** Strokes the server refused, waiting for a decision. */
  const aside = shallowRef<readonly StrokeAside[]>([])
  /** How fresh the picture is; told by whoever shows it. */
  const freshness = ref<Freshness>('none')
  const canUndo = ref(false)
  const canRedo = ref(false)
  const key = ref('')
  /** Whether others can come in by the link this person came with. */
  const invites = ref(true)
  /** The keys this device knows. */
  const keys = shallowRef<Partial<RoomKeys>>()
  const hosts = computed(() => me.value?.role === 'host')
  /** Whether this person's link is one to paint by. */
  const isPainter = computed(() => me.value !== undefined && me.value.role !== 'view')
  const locked = computed(() => page.value?.locked ?? false)
  const paints = computed(() => isPainter.value && !locked.value)
  let history: OwnHistory | undefined
  let work: OwnWork | undefined
  let stopAttention = () => {}
  /** The room asked for last: an opening that was overtaken is closed. */
  let visit = 0

  async function open(room: string, entranceKey: string): Promise<void> {
    await close()
    const mine = ++visit
    const remembered = rememberedRoom(room)
    const name = rememberedName()
    phase.value = { state: 'opening' }
    key.value = entranceKey
    keys.value = remembered.keys
    const own = await OwnWork.open(await openDeviceStore(room))
    if (mine !== visit) return own.close()
    work = own
    own.on('changed', tellWork)
    tellWork()
    window.addEventListener('beforeunload', warn)
    const options = {
      origin: location.origin,
      room,
      entrance: {
        key: entranceKey,
        ...(name && { name }),
        ...(remembered.token && { previous: remembered.token }),
      },
      work: own,
    }
    try {
      const opened = await openRoom(options)
      if (mine !== visit) return void opened.close()
      enter(opened)
    } catch (failure) {
      if (mine !== visit) return
      const problem = failure instanceof Problem ? failure : new Problem('internal', String(failure))
      const copy = problem.code === 'network' ? await roomCopies().get(room) : undefined
      if (mine !== visit) return
      if (copy) {
        enter(openKeptRoom(options, copy, own))
        return notices.tell(t('install.fromDevice'))
      }
      phase.value = { state: 'refused', refusal: { code: problem.code, text: problem.message } }
      // By the link that led into it before: it is gone for good.
      const isKnown = entranceKey === (remembered.entrance ?? remembered.keys?.host)
      if ((problem.code === 'room-not-found' || isPutOut(problem.code)) && isKnown) void forgetRoom(room)
    }
  }

  function enter(opened: RoomConnection): void {
    const session = opened.session
    me.value = session.guest
    invites.value = session.invites
    page.value = session.page
    guests.value = [session.guest]
    rememberRoom(opened.room, { token: session.token })
    history = new OwnHistory(opened.doc, () => {
      canUndo.value = history?.canUndo ?? false
      canRedo.value = history?.canRedo ?? false
    })
    opened.on('session', (renewed) => {
      rememberRoom(opened.room, { token: renewed.token })
      invites.value = renewed.invites
    })
    opened.on('link', ({ role, key }) => {
      if (key) learn({ [role]: key })
      else if (role === me.value?.role) invites.value = false
    })
    opened.on('welcome', (welcome) => {
      me.value = welcome.guest
      page.value = welcome.page
      if (welcome.protocol > PROTOCOL) needNewVersion(welcome.protocol)
    })
    opened.on('page', (news) => (page.value = news))
    opened.on('guests', (present) => {
      guests.value = present
      me.value = present.find((guest) => guest.id === me.value?.id) ?? me.value
    })
    opened.on('saving', (state) => (saving.value = state))
    opened.on('stale', () => void goOn(opened))
    opened.on('notice', (notice) => notices.tell(refusalText(notice)))
    opened.on('refused', (refusal) => {
      phase.value = { state: 'refused', refusal }
      if (isPutOut(refusal.code)) void forgetRoom(opened.room)
    })
    saving.value = opened.saving
    connection.value = opened
    stopAttention = watchAttention((attention) => opened.attend(attention), document)
    watchTitle(opened)
    phase.value = { state: 'open' }
  }

  /** The former document cannot go on: another connection and another canvas do, with the same work. */
  async function goOn(former: RoomConnection): Promise<void> {
    const mine = visit
    leave()
    // The canvas goes first: a stroke under its pen is still committed.
    await nextTick()
    const next = await former.again()
    if (mine === visit) enter(next)
    else await next.close()
  }

  function tellWork(): void {
    if (!work) return
    keeping.value = work.isFailing ? 'not-kept' : work.isKept ? 'kept' : 'writing'
    aside.value = work.aside
  }

  /** Asks before the page is closed while it alone holds something. */
  function warn(event: BeforeUnloadEvent): void {
    if (connection.value?.hasUnsaved && keeping.value !== 'kept') event.preventDefault()
  }

  /** The document's title goes before the one the room was made with; the creator's file names a new page. */
  function watchTitle({ doc, room }: RoomConnection): void {
    const settings = pageOf(doc)
    const read = () => {
      const given = settings.get('title')
      title.value = typeof given === 'string' && given !== '' ? given : (page.value?.title ?? '')
    }
    settings.observe(read)
    read()
    const suggested = rememberedRoom(room).title
    if (suggested && title.value === '' && paints.value) retitle(suggested)
  }

  /** Gives the page a title; an empty one leaves it as it is. */
  function retitle(text: string): void {
    const given = text.normalize('NFC').replace(/\s+/g, ' ').trim().slice(0, limits.titleLength)
    const doc = connection.value?.doc
    if (doc && given !== '' && given !== title.value) pageOf(doc).set('title', given)
  }

  async function close(): Promise<void> {
    visit++
    const former = connection.value
    const own = work
    leave()
    work = undefined
    aside.value = []
    window.removeEventListener('beforeunload', warn)
    await former?.close()
    await own?.close()
  }

  /** Lets go of the connection and of all that is bound to its document. */
  function leave(): void {
    stopAttention()
    history?.close()
    history = undefined
    canUndo.value = canRedo.value = false
    saving.value = 'offline'
    connection.value = undefined
  }

  async function rename(name: string): Promise<void> {
    rememberName(name)
    try {
      await connection.value?.rename(name)
    } catch (problem) {
      notices.tell(problemText(problem))
    }
  }

  const sendAsideAgain = () => connection.value?.tryAgain(aside.value)
  const dropAside = () => work?.dropAside(aside.value.map(({ stroke }) => stroke.id))

  /** A link is another one now: this device remembers its key. */
  function learn(news: Partial<RoomKeys>): void {
    keys.value = { ...keys.value, ...news }
    if (connection.value) rememberRoom(connection.value.room, { keys: keys.value })
  }

  return {
    phase,
    connection,
    me,
    guests,
    page,
    title,
    saving,
    keeping,
    aside,
    freshness,
    canUndo: computed(() => canUndo.value && !locked.value),
    canRedo: computed(() => canRedo.value && !locked.value),
    hosts,
    invites,
    isPainter,
    locked,
    paints,
    key,
    keys,
    open,
    close,
    rename,
    retitle,
    sendAsideAgain,
    dropAside,
    /** Strokes no server is known to have. */
    unsent: () => work?.unsent() ?? [],
    learn,
    undo: () => locked.value || history?.undo(),
    redo: () => locked.value || history?.redo(),
  }
})
