/**
 * Who of a room is idle: nobody is at any of their sockets. Told at most every so often: a window that is put before and behind
 * another all the time costs nobody more than that.
 */
const PAUSE_MS = 300

export class Idleness {
  readonly #tell: () => void
  readonly #sockets = new Map<string, { guest: string; isIdle: boolean }>()
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(tell: () => void) {
    this.#tell = tell
  }

  enter(socket: string, guest: string): void {
    const was = this.has(guest)
    this.#sockets.set(socket, { guest, isIdle: false })
    if (was) this.#soon()
  }

  /** What becomes of presence when it was the guest's last is told by the seats. */
  leave(socket: string): void {
    const { guest } = this.#sockets.get(socket) ?? {}
    if (guest === undefined) return
    const was = this.has(guest)
    this.#sockets.delete(socket)
    if (was !== this.has(guest)) this.#soon()
    if (this.#sockets.size === 0) clearTimeout(this.#timer)
  }

  set(socket: string, isIdle: boolean): void {
    const own = this.#sockets.get(socket)
    if (!own || own.isIdle === isIdle) return
    const was = this.has(own.guest)
    own.isIdle = isIdle
    if (was !== this.has(own.guest)) this.#soon()
  }

  isIdle(socket: string): boolean {
    return this.#sockets.get(socket)?.isIdle ?? false
  }

  has(guest: string): boolean {
    const own = [...this.#sockets.values()].filter((each) => each.guest === guest)
    return own.length > 0 && own.every(({ isIdle }) => isIdle)
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.#tell()
    }, PAUSE_MS).unref()
  }
}
