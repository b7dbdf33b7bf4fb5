/** What can be downloaded of a page, in the menu's order: the server's format, its words, and what the file's name ends with. */
import type { ExportFormat } from '../../shared/protocol.ts'
import type { MessageKey } from '../i18n/i18n.ts'

export type ExportChoice = {
  format: ExportFormat
  name: MessageKey
  /** What it is for. */
  use: MessageKey
  ending: string
}

export const picture: ExportChoice = {
  format: 'png',
  name: 'exporting.png',
  use: 'exporting.pngUse',
  ending: '.png',
}

export const parts: readonly ExportChoice[] = [
  { format: 'psd', name: 'exporting.psd', use: 'exporting.psdUse', ending: '.psd' },
  { format: 'ora', name: 'exporting.ora', use: 'exporting.oraUse', ending: '.ora' },
  { format: 'color', name: 'exporting.color', use: 'exporting.colorUse', ending: ' colors.png' },
  { format: 'flats', name: 'exporting.flats', use: 'exporting.flatsUse', ending: ' flats.png' },
  { format: 'gif', name: 'exporting.gif', use: 'exporting.gifUse', ending: '.gif' },
  { format: 'nurie', name: 'exporting.nurie', use: 'exporting.nurieUse', ending: '.nurie' },
]
