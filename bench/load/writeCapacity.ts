/** Makes `deploy/operations/capacity.md` anew, of the newest results of both benches. */
import { readFile, writeFile } from 'node:fs/promises'
import { capacityPage } from './capacity.ts'

export async function writeCapacity(): Promise<void> {
  const read = async (name: string) =>
    JSON.parse(await readFile(new URL(`../results/${name}.json`, import.meta.url), 'utf8')) as never
  const page = capacityPage(await read('load'), await read('bench'))
  await writeFile(new URL('../../deploy/operations/capacity.md', import.meta.url), page)
  process.stdout.write('written to deploy/operations/capacity.md\n')
}
