import { isShareAlike } from './licence.ts'
import type { Source } from './packages.ts'

const uses: Record<Source['use'], string> = {
  train: 'training',
  heldout: 'test only',
  pages: 'shown only',
  code: 'generator code',
}

/** The credit list of everything that goes into the training data, as Markdown. */
export function attributionText(sources: readonly Source[]): string {
  const row = ({ name, version, licence, attribution, use }: Source): string =>
    `| ${attribution} | ${licence} | ${isShareAlike(licence) ? 'yes' : ''} | ${name} ${version} | ${uses[use]} |`
  return [
    '# Whose art the networks learned from',
    '',
    'Written by `npm run data` from sources.json. The art itself is not part of this repository: the builder fetches it from',
    'the public npm and Debian registries. `npm run data -- --permissive` builds a set without the share-alike sources.',
    '',
    '| credit | licence | share-alike | package | use |',
    '|---|---|---|---|---|',
    ...sources.map(row),
    '',
  ].join('\n')
}
