import { refusals, type RefusalCode } from '../shared/protocol.ts'

/**
 * A picture that cannot be taken; `code` says why, the message is its sentence. Apart from image.ts, so that the server, which
 * only passes refusals on, does not load a decoder.
 */
export class ImageRefusal extends Error {
  readonly code: RefusalCode

  constructor(code: RefusalCode) {
    super(refusals[code][1])
    this.name = 'ImageRefusal'
    this.code = code
  }
}
