import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { SELECTION_FLAGS } from '../../../src/cli/args/shared-flags.ts'
import { allSteps } from '../../../src/steps/steps.ts'
import { anyEnv } from '../../support/arbitraries.ts'

test('the steps that flags take are those that there are, by number and by name', () => {
  fc.assert(
    fc.property(anyEnv, (env) => {
      const known = new Set(allSteps(env).flatMap(({ id, name }) => [id, name]))
      for (const { values } of SELECTION_FLAGS) expect(new Set(values)).toEqual(known)
    }),
    { numRuns: 5 },
  )
})
