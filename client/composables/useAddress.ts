/** Where the person is: the start page or a room. Moving changes the address bar; back and forward work. */
import { shallowRef } from 'vue'
import { readAddress, roomPath, type Address } from '../address.ts'

const address = shallowRef<Address>(readAddress(location))
const follow = () => (address.value = readAddress(location))
addEventListener('popstate', follow)
addEventListener('hashchange', follow)

function go(path: string): void {
  history.pushState(null, '', path)
  follow()
}

export const useAddress = () => ({
  address,
  goToRoom: (room: string, key: string) => go(roomPath(room, key)),
  goHome: () => go('/'),
})
