/** How many sockets an address holds, over both channels. */
export type Connections = {
  /** A place, to be given back once by calling what is returned; undefined when the address has none left. */
  take(address: string): (() => void) | undefined
  count(): number
}

export function openConnections(most: number): Connections {
  const held = new Map<string, number>()
  let all = 0
  return {
    take(address) {
      const count = held.get(address) ?? 0
      if (count >= most) return undefined
      held.set(address, count + 1)
      all++
      let taken = true
      return () => {
        if (!taken) return
        taken = false
        all--
        const left = held.get(address)! - 1
        if (left === 0) held.delete(address)
        else held.set(address, left)
      }
    },
    count: () => all,
  }
}
