/** A palette file that is not written as its kind should be, and where: `fault` for whoever tells it in their own language. */
import { Refusal } from '../refusal.ts'

/** `at` counts from 1. */
export type PaletteFault =
  | { kind: 'line' | 'color'; at: number }
  | { kind: 'model'; model: string }
  | { kind: 'cutShort' | 'noJson' | 'noList' }

const sentenceOf = (fault: PaletteFault): string => {
  switch (fault.kind) {
    case 'line':
      return `line ${fault.at} is no color`
    case 'color':
      return `color ${fault.at} is not written like #7a4a2e`
    case 'model':
      return `unknown color model ${JSON.stringify(fault.model)}`
    case 'cutShort':
      return 'it is cut short or damaged'
    case 'noJson':
      return 'it is no readable JSON'
    case 'noList':
      return 'it holds no list of colors'
  }
}

/** Its cause is the fault in plain English. */
export class BrokenPalette extends Refusal {
  readonly fault: PaletteFault

  constructor(fault: PaletteFault) {
    super('broken-palette', { cause: sentenceOf(fault) })
    this.fault = fault
  }
}
