/** The two addresses of the page: `/`, and `/r/:room#KEY` (the key stays out of what a browser sends to the server). */
export type Address = { page: 'start' } | { page: 'room'; room: string; key: string }

export function readAddress({ pathname, hash }: { pathname: string; hash: string }): Address {
  const room = /^\/r\/([A-Za-z0-9_-]+)\/?$/.exec(pathname)?.[1]
  return room ? { page: 'room', room, key: hash.replace(/^#/, '') } : { page: 'start' }
}

export const roomPath = (room: string, key: string) => `/r/${room}#${key}`
