/**
 * Whose request this is, for everything that is counted an address: one answer for HTTP and both channels.
 *
 * It is the other end of the connection. Only where the operator named proxies (`NURIE_TRUSTED_PROXIES`) their
 * `X-Forwarded-For` is read, from its end, as far as those proxies wrote it; anybody else may write there what they like. An IPv6
 * address stands for its /64, which is what one household or one machine gets to choose from.
 */
import type { IncomingMessage } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'
import ipaddr from 'ipaddr.js'

/** How many proxies stand in front, or which ones they are (addresses, CIDR blocks, `loopback`, `uniquelocal`, `linklocal`). */
export type TrustedProxies = number | readonly string[]

export type Addresses = {
  of(request: IncomingMessage): string
  /** Of the other end of a connection. */
  ofPeer(remoteAddress: string): string
  /** Whether this end of a connection is one of the proxies: everybody's connections come from there. */
  isProxy(remoteAddress: string): boolean
}

/** Throws when an entry is none of these. */
export function openAddresses(trusted: TrustedProxies): Addresses {
  const isTrusted =
    typeof trusted === 'number'
      ? (_address: string, hop: number) => hop < trusted
      : proxyAddress.compile([...trusted])
  const ofPeer = (remoteAddress: string) => grouped(remoteAddress) ?? remoteAddress
  return {
    of: (request) => grouped(proxyAddress(request, isTrusted)) ?? ofPeer(request.socket.remoteAddress ?? ''),
    ofPeer,
    isProxy: (remoteAddress) => isTrusted(remoteAddress, 0),
  }
}

/** Undefined for what is no address: a proxy may write `unknown`. */
function grouped(text: string): string | undefined {
  if (!ipaddr.isValid(text)) return undefined
  const address = ipaddr.process(text)
  if (address instanceof ipaddr.IPv4) return address.toString()
  const network = address.parts.slice(0, 4).map((part) => part.toString(16))
  return `${network.join(':')}::/64`
}
