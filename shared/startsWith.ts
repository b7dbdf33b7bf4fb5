/** Whether bytes are those of a text at a place, a letter (up to U+00FF) a byte. */
export const startsWith = (bytes: Uint8Array, text: string, at = 0) =>
  [...text].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))
