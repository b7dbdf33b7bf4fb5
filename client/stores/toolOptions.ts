/** How the tools behave in this person's hand; remembered on this device, but for what belongs to a moment. */
import { defineStore } from 'pinia'
import { reactive, ref, toRefs, watch } from 'vue'
import { rememberedOptions, rememberOptions } from '../keptOptions.ts'

export const useToolOptions = defineStore('toolOptions', () => {
  const options = reactive(rememberedOptions())
  /** Strokes are straight lines. */
  const lineAssist = ref(false)
  /** A pen was used: from then on fingers move the page, unless they are to draw. */
  const penSeen = ref(false)
  const drawsWithFingers = ref(false)

  watch(options, () => rememberOptions(options))

  return { ...toRefs(options), lineAssist, penSeen, drawsWithFingers }
})
