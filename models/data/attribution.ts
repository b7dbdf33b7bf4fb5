import type { Source } from './packages.ts'

/** The credit list of everything that went into the training data, as Markdown. */
export function attributionText(sources: readonly Source[]): string {
  const row = ({ name, version, licence, attribution, use }: Source): string =>
    `| ${attribution} | ${licence} | ${name} ${version} | ${use === 'heldout' ? 'test only' : use === 'code' ? 'generator code' : 'training'} |`
  return [
    '# Whose art the networks learned from',
    '',
    'Written by `npm run data` from sources.json. The art itself is not part of this repository: the builder fetches it from',
    'the public npm and Debian registries.',
    '',
    '| credit | licence | package | use |',
    '|---|---|---|---|',
    ...sources.map(row),
    '',
  ].join('\n')
}
