import { busContract } from './busContract.fixture.ts'
import { openLocalBus, type LocalHub } from './localBus.ts'

const hub: LocalHub = new Map()
busContract(() => openLocalBus(hub))
