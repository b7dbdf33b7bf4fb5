/** The finished regions of the room, and what this person does with them: finishes one, opens one again, is told of one. */
import { defineStore } from 'pinia'
import { ref, shallowRef, watch } from 'vue'
import type { FinishedRegion } from '../../shared/protocol.ts'
import type { Place } from '../canvas/finishedPainter.ts'
import type { RoomConnection } from '../connection.ts'
import { finishRegion, unlockRegion } from '../api/finishedRegions.ts'
import { t } from '../i18n/i18n.ts'
import { problemText } from '../i18n/refusalText.ts'
import { useHistory } from './history.ts'
import { useNotices } from './notices.ts'
import { useRoom } from './room.ts'

export const useFinished = defineStore('finished', () => {
  const room = useRoom()
  const notices = useNotices()
  const history = useHistory()
  const regions = shallowRef<readonly FinishedRegion[]>([])
  /** A region is being finished: its newest picture is waited for. */
  const isFinishing = ref(false)
  /** The region whose card is open. */
  const chosen = ref<string>()
  /** Those of which this person was told already that nothing changes in them. */
  let told = new Set<string>()

  watch(
    () => room.connection,
    (connection, _former, onCleanup) => {
      const take = (all: readonly FinishedRegion[]) => {
        regions.value = all
        void history.meet(all.map(({ by }) => by))
        if (!all.some(({ id }) => id === chosen.value)) chosen.value = undefined
      }
      take(connection?.finished ?? [])
      told = new Set()
      if (connection) onCleanup(connection.on('finished', take))
    },
    { immediate: true },
  )

  /** What goes wrong is told. */
  async function attempt(work: (connection: RoomConnection) => Promise<void>): Promise<void> {
    const { connection } = room
    if (!connection) return
    try {
      await work(connection)
    } catch (problem) {
      notices.tell(problemText(problem))
    }
  }

  async function finish(place: Place): Promise<void> {
    if (isFinishing.value) return
    isFinishing.value = true
    await attempt((connection) => finishRegion(connection, place))
    isFinishing.value = false
  }

  /** Only who finished a region, or a host, opens it again. */
  const mayUnlock = ({ by }: FinishedRegion) => room.paints && (room.hosts || by === room.me?.id)

  async function unlock(region: FinishedRegion): Promise<void> {
    await attempt((connection) => unlockRegion(connection, region))
    chosen.value = undefined
  }

  /** This person painted wholly inside a finished region. */
  function paintedInside(id: string): void {
    if (told.has(id)) return
    told.add(id)
    notices.tell(t('finished.paintedInside'))
  }

  return { regions, isFinishing, chosen, finish, mayUnlock, unlock, paintedInside }
})
