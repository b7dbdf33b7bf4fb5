/** Whether a licence asks that what is made of a work is shared alike: the sources that a permissive-only set leaves out. */
export function isShareAlike(licence: string): boolean {
  return /GPL|-SA\b/.test(licence)
}
