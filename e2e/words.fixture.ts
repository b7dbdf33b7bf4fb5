/** The page's texts as each language has them. */
import { readdirSync, readFileSync } from 'node:fs'

type Tree = { readonly [key: string]: string | Tree }

/** Gives the text of a key (`people.name`), without what follows its first placeholder. */
export function textsIn(language: string): (key: string) => string {
  const folder = new URL(`../client/i18n/${language}/`, import.meta.url)
  const tree = Object.assign(
    {},
    ...readdirSync(folder).map((file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Tree),
  ) as Tree
  return (key) => {
    const text = key
      .split('.')
      .reduce<string | Tree | undefined>((at, part) => (typeof at === 'object' ? at[part] : undefined), tree)
    if (typeof text !== 'string') throw new Error(`There is no text ${key} in ${language}.`)
    return text.split('{')[0]!.trim()
  }
}
