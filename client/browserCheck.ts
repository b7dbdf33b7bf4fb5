/** Whether this browser has what the page cannot do without; who has an older one is told so instead of seeing it fail. */
export const isBrowserTooOld = (): boolean =>
  typeof OffscreenCanvas === 'undefined' ||
  typeof createImageBitmap === 'undefined' ||
  typeof WebSocket === 'undefined' ||
  !CSS.supports('color', 'light-dark(#fff, #000)')
