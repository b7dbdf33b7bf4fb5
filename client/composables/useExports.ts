/** Makes files of the page and hands them on: saved, copied, shared, printed. One after the other; what fails is told. */
import { shallowRef } from 'vue'
import { fileName, download } from '../download.ts'
import { copyPicture } from '../exporting/clipboard.ts'
import type { ExportChoice } from '../exporting/exportChoices.ts'
import { printPicture } from '../exporting/printPicture.ts'
import { shareFile } from '../exporting/sharing.ts'
import { t } from '../i18n/i18n.ts'
import { useNotices } from '../stores/notices.ts'
import { useRoom } from '../stores/room.ts'

export function useExports(title: () => string) {
  const room = useRoom()
  const notices = useNotices()
  const busy = shallowRef(false)
  /** A file that came so late that the browser wants another press to share it. */
  const ready = shallowRef<File>()

  async function during(work: () => Promise<void>): Promise<void> {
    if (!room.connection || busy.value) return
    busy.value = true
    try {
      await work()
    } catch (problem) {
      notices.tell((problem as Error).message)
    } finally {
      busy.value = false
    }
  }

  const file = (path: string) => room.connection!.file(path)
  const name = () => fileName(title())

  const save = ({ format, ending }: ExportChoice) =>
    during(async () => {
      const answer = await room.connection!.answer(`export?format=${format}`)
      download(await answer.blob(), `${name()}${ending}`)
      if (answer.headers.get('x-nurie-lacks') === 'making') notices.tell(t('exporting.lacksMaking'))
    })

  const copy = () =>
    during(async () => {
      const png = file('export?format=png')
      await copyPicture(png).catch((problem: Error) => {
        throw problem.name === 'NotAllowedError' ? new Error(t('exporting.copyRefused')) : problem
      })
      notices.tell(t('exporting.copied'))
    })

  const share = () =>
    during(async () => {
      const picture = new File([await file('export?format=png')], `${name()}.png`, { type: 'image/png' })
      if (await shareFile(picture)) return
      ready.value = picture
      notices.tell(t('exporting.shareReady'))
    })

  async function shareReady(): Promise<void> {
    const picture = ready.value
    ready.value = undefined
    if (picture) await shareFile(picture).catch((problem: Error) => notices.tell(problem.message))
  }

  /** The lines to color on paper, or the picture. */
  const print = (what: 'lines' | 'picture') =>
    during(async () => printPicture(await file(what === 'lines' ? 'line.png' : 'export?format=png'), name()))

  return { busy, ready, save, copy, share, shareReady, print }
}
