import { expect, it } from 'vitest'
import { goldenScenes } from './golden.fixture.ts'
import golden from './golden.json' with { type: 'json' }

it('H3 the same scenes give the same bytes here as in Chromium and in the training code', () => {
  expect(goldenScenes()).toEqual(golden)
})
