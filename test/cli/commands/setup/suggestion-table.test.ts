import { expect, test } from '@jest/globals'
import { printSuggestions } from '../../../../src/cli/commands/setup/suggested-thresholds.ts'
import type { Suggestion } from '../../../../src/steps/alarms/suggest.ts'
import { createOutput } from '../../../../src/ui/output.ts'
import { FakeStream } from '../../../ui/fake-terminal.ts'

const tokens: Suggestion = {
  setting: 'highTokenThreshold',
  name: 'Bedrock-HighInputTokenUsage',
  what: 'input tokens an hour',
  now: 100_000,
  median: 1_234.5,
  p99: 99.876,
  max: 250_000,
  suggested: 380_000,
  wouldHaveRung: 0,
  nowWouldHaveRung: 12,
}
const latency: Suggestion = {
  ...tokens,
  setting: 'highLatencyThreshold',
  what: 'latency',
  median: null,
  p99: null,
  max: null,
  suggested: 100_000,
  wouldHaveRung: 3,
  nowWouldHaveRung: 3,
  kept: 'no calls to go by',
}

function printed(suggestions: Suggestion[], columns: number): string[] {
  const stream = new FakeStream({ tty: true, columns })
  printSuggestions(createOutput(stream, {}, false), suggestions)
  return stream.text.trimEnd().split('\n')
}

test('where there is room, a line for each threshold with its numbers under each other', () => {
  const [, heading, , first, second] = printed([tokens, latency], 120)
  expect(heading?.split(/ {2,}/)).toEqual(['Alarm above', 'Now', 'Median', 'p99', 'Max', 'Suggested', 'Went off'])
  expect(first?.split(/ {2,}/)).toEqual([
    'input tokens an hour',
    '100,000',
    '1,235',
    '99.9',
    '250,000',
    '380,000',
    '0 (12)',
  ])
  expect(second?.split(/ {2,}/)).toEqual(['latency', '100,000', '–', '–', '–', '100,000', '3'])
  expect(new Set([heading, first, second].map((line) => line?.length)).size).toBe(1)
})

test('where there is none, a block for each, and no line wider than the terminal', () => {
  const lines = printed([tokens], 44)
  expect(lines).toEqual(
    expect.arrayContaining([
      'input tokens an hour',
      '  Now       100,000',
      '  Suggested 380,000',
      '  Went off  0 (12)',
    ]),
  )
  expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(44)
})

test('what stays as it is is told once for each reason, all together where it is all', () => {
  expect(printed([tokens, latency], 120).at(-1)).toBe('Stays as it is: latency (no calls to go by).')
  expect(printed([latency, latency], 120).at(-1)).toBe('All stay as they are: no calls to go by.')
})
