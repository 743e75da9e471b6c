import { describe, expect, test } from '@jest/globals'
import { printAlarms } from '../../../../src/cli/commands/alarms/table.ts'
import type { ListedAlarm } from '../../../../src/steps/alarms/alarm-list.ts'
import { createOutput } from '../../../../src/ui/output.ts'
import { FakeStream } from '../../../ui/fake-terminal.ts'

const alarm = (name: string, more: Partial<ListedAlarm> = {}): ListedAlarm => ({
  region: 'us-east-1',
  name,
  state: 'OK',
  since: '2026-11-23T10:15:00.000Z',
  reason: 'Threshold Crossed: 12 was greater than 5',
  watches: 'Sum of Invocations',
  goesOff: '> 5 in 3 of 5 × 1 min',
  threshold: 5,
  description: 'Server errors. Those of the other endpoint are not counted.',
  notifies: ['arn:aws:sns:us-east-1:111122223333:topic'],
  changed: null,
  ...more,
})

function printed(alarms: ListedAlarm[], { columns = 60, env = {}, regions = ['us-east-1'] } = {}): string[] {
  const stream = new FakeStream({ tty: true, columns })
  printAlarms(createOutput(stream, env, false), alarms, regions)
  return stream.text.trimEnd().split('\n')
}

describe('on a narrow terminal', () => {
  test('an alarm is its state and name, what it watches, what it leaves out and since when', () => {
    expect(printed([alarm('Errors', { changed: '2026-11-22T09:00:00.000Z' })])).toEqual([
      'OK       Errors',
      '         Sum of Invocations > 5 in 3 of 5 × 1 min',
      '         Those of the other endpoint are not counted.',
      '         since 2026-11-23 10:15Z, changed 2026-11-22 09:00Z',
      'Alarms: 1 alarm, none in ALARM.',
    ])
  })

  test('one that rings tells why; one that tells nobody says so', () => {
    const lines = printed([alarm('Errors', { state: 'ALARM', notifies: [], since: null })])
    expect(lines[0]).toBe('ALARM    Errors')
    expect(lines).toContain('         Threshold Crossed: 12 was greater than 5')
    expect(lines).toContain('         notifies nobody by itself')
    expect(lines.at(-1)).toBe('Alarms: 1 alarm, 1 in ALARM.')
  })

  test('what makes those that are missing is said once', () => {
    const lines = printed([alarm('Errors', { state: 'MISSING', since: null, watches: '', goesOff: '' })])
    expect(lines.at(-1)).toBe('To create what is missing: bedrock-monitor alarms sync')
    expect(lines.join('\n')).not.toContain('since')
  })

  test('what several leave out is said once, under all of them', () => {
    const text = 'Quota. Tokens are an estimate.'
    const lines = printed([alarm('A', { description: text }), alarm('Errors'), alarm('B', { description: text })])
    expect(lines.slice(-2)).toEqual(['A, B: Tokens are an estimate.', 'Alarms: 3 alarms, none in ALARM.'])
    expect(lines.filter((line) => line.includes('an estimate'))).toHaveLength(1)
    expect(lines).toContain('         Those of the other endpoint are not counted.')
  })

  test('no line is wider than the terminal', () => {
    for (const columns of [50, 60, 99]) {
      for (const line of printed([alarm('Errors', { state: 'ALARM' })], { columns })) {
        expect(line.length).toBeLessThanOrEqual(columns)
      }
    }
  })
})

test('under a table, a note names all alarms that it is about', () => {
  const text = 'Quota. Tokens are an estimate.'
  const missing = alarm('C', { state: 'MISSING', description: text })
  const alarms = [alarm('A', { description: text }), alarm('Errors'), alarm('B', { description: text }), missing]
  expect(printed(alarms, { columns: 160 }).slice(-4)).toEqual([
    'A, B: Tokens are an estimate.',
    'Errors: Those of the other endpoint are not counted.',
    'Alarms: 4 alarms, 1 missing.',
    'To create what is missing: bedrock-monitor alarms sync',
  ])
})

test('where only ASCII shows there is no other character', () => {
  const lines = printed([alarm('Errors')], { columns: 160, env: { TERM: 'linux' } })
  expect(lines.join('\n')).toContain('> 5 in 3 of 5 x 1 min')
  for (const line of lines) expect(line).toMatch(/^[ -~]*$/)
})

test('alarms of several Regions stand under their own, the silent ones told of by name', () => {
  const alarms = [alarm('Errors'), alarm('Errors', { region: 'eu-west-1', notifies: [] })]
  const text = printed(alarms, { columns: 160, regions: ['us-east-1', 'eu-west-1'] }).join('\n')
  expect(text).toMatch(
    /^us-east-1\n[\s\S]+\neu-west-1\n[\s\S]+Nobody is notified of Errors\.\nAlarms: 2 alarms, none in ALARM\.$/,
  )
})
