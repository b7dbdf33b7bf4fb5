/** What went wrong, in the language of the page: the sentence of its code. The server's own sentence is shown where the page does not know the code. */
import { refusals, type RefusalCode } from '../../shared/protocol.ts'
import { BrokenPalette } from '../../shared/paletteFiles/brokenPalette.ts'
import { Refusal } from '../../shared/refusal.ts'
import { ownProblems, Problem } from '../api/api.ts'
import { t } from './i18n.ts'

const isKnown = (code: string): code is RefusalCode | keyof typeof ownProblems =>
  Object.hasOwn(refusals, code) || Object.hasOwn(ownProblems, code)

/** `text`: the server's sentence. */
export const refusalText = ({ code, text }: { code: string; text: string }): string =>
  isKnown(code) ? t(`refusals.${code}`) : text

/** Of whatever was thrown. */
export function problemText(problem: unknown): string {
  if (problem instanceof BrokenPalette) {
    const { kind, ...values } = problem.fault
    return t(`color.paletteFile.${kind}`, values)
  }
  if (problem instanceof Problem || problem instanceof Refusal)
    return refusalText({ code: problem.code, text: problem.message })
  return t('app.failed')
}
