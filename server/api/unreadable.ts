/** Answers what is no HTTP request: malformed, too slow, or with headers too large. The connection ends. */
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { RefusalCode } from '../../shared/protocol.ts'
import type { Metrics } from '../metrics.ts'
import { problemOf } from './problem.ts'

function codeOf(error: NodeJS.ErrnoException): RefusalCode {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW':
      return 'headers-too-large'
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'too-slow'
    default:
      return 'bad-request'
  }
}

/** A handler of the HTTP server's `clientError`. */
export function answerUnreadable(metrics: Pick<Metrics, 'refused'>) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return void socket.destroy()
    const code = codeOf(error)
    metrics.refused('http', code)
    const { status, body } = problemOf(code)
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${body.length}`,
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      'Connection: close',
    ]
    if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body.toString()}`)
    // Whoever is slow on purpose does not hang up either.
    socket.destroySoon()
  }
}
