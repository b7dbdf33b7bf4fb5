import { memoryStore } from './memoryStore.fixture.ts'
import { storeContract } from '../storeContract.fixture.ts'

const store = memoryStore()
storeContract(() => store)
