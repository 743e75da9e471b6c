import { expect, test } from '@jest/globals'
import { createOutput } from '../../src/ui/output.ts'
import { outcomeMark, outcomeWord } from '../../src/ui/progress.ts'
import { FakeStream } from './fake-terminal.ts'

const OUTCOMES = ['done', 'failed', 'not-run', 'skipped', 'unchanged'] as const

test('what became of a resource shows by its shape, in ASCII where no more can be trusted', () => {
  const marks = (env: Record<string, string>) => {
    const out = createOutput(new FakeStream(), env, true)
    return out.shown(OUTCOMES.map((outcome) => outcomeMark(out, outcome)).join(' '))
  }
  expect(marks({})).toBe('✔ ✖ ○ - -')
  expect(marks({ TERM: 'linux' })).toBe('+ x o - -')
})

test.each([
  ['done', 'create', 'created'],
  ['done', 'remove', 'removed'],
  ['done', undefined, 'done'],
  ['not-run', 'create', 'not run'],
  ['failed', 'create', 'failed'],
] as const)('%s after %s reads "%s"', (outcome, verb, word) => {
  expect(outcomeWord(outcome, verb)).toBe(word)
})
