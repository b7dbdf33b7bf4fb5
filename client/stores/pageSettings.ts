/**
 * The look of the page that everybody shares: saturation and the lines' opacity. Seen here at once, told to the others at a steady
 * pace; no step of undo. `styles`: what makes the canvases look so.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { lookRanges, plainLook, readLook, type PageLook } from '../../shared/pageSettings.ts'
import { pageOf } from '../../shared/strokes.ts'
import { SteadyWriter } from '../steadyWriter.ts'
import { useRoom } from './room.ts'

export const usePageSettings = defineStore('pageSettings', () => {
  const room = useRoom()
  const look = shallowRef<PageLook>(plainLook)
  const writerOf = (key: keyof PageLook) =>
    new SteadyWriter((value: number) => void pageOf(room.connection!.doc).set(key, value))
  const writers = { saturation: writerOf('saturation'), lineOpacity: writerOf('lineOpacity') }

  watch(
    () => room.connection,
    (connection, _, onCleanup) => {
      for (const writer of Object.values(writers)) writer.drop()
      if (!connection) return void (look.value = plainLook)
      const page = pageOf(connection.doc)
      const read = () => {
        const { saturation, lineOpacity } = readLook(page)
        // What is under this person's finger is newer than what the page says.
        look.value = {
          saturation: writers.saturation.isWaiting ? look.value.saturation : saturation,
          lineOpacity: writers.lineOpacity.isWaiting ? look.value.lineOpacity : lineOpacity,
        }
      }
      page.observe(read)
      onCleanup(() => page.unobserve(read))
      read()
    },
    { immediate: true, flush: 'sync' },
  )

  function set(key: keyof PageLook, value: number): void {
    if (!room.connection || !room.paints) return
    const [least, most] = lookRanges[key]
    const next = Math.min(most, Math.max(least, value))
    if (next === look.value[key]) return
    look.value = { ...look.value, [key]: next }
    writers[key].put(next)
  }

  const styles = computed(() => ({
    color: look.value.saturation === 1 ? {} : { filter: `saturate(${look.value.saturation})` },
    lines: look.value.lineOpacity === 1 ? {} : { opacity: look.value.lineOpacity },
  }))

  return { look, set, styles, isPlain: (key: keyof PageLook) => look.value[key] === plainLook[key] }
})
