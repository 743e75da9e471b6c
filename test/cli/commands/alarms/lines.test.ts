import { expect, test } from '@jest/globals'
import { printAlarms } from '../../../../src/cli/commands/alarms/list.ts'
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

function printed(
  alarms: ListedAlarm[],
  {
    columns = 60,
    env = {},
    regions = ['us-east-1'],
    verbose = false,
    profile = 'standard' as 'standard' | 'minimal',
  } = {},
): string[] {
  const stream = new FakeStream({ tty: true, columns })
  const here = { regions, settings: { alarms: profile } }
  printAlarms(createOutput(stream, env, false), alarms, here, { verbose })
  return stream.text.trimEnd().split('\n')
}

test('on a narrow terminal, an alarm is a line, too: its state, its name and when it goes off', () => {
  expect(printed([alarm('Errors')])).toEqual([
    'State  Alarm   Goes off',
    expect.stringMatching(/^─+$/),
    'OK     Errors  > 5 in 3 of 5 × 1 min',
    'Alarms: 1 alarm, none in ALARM.',
  ])
})

test('one that goes off tells why and what it leaves out; one that tells nobody says so', () => {
  const lines = printed([alarm('Errors', { state: 'ALARM', notifies: [] }), alarm('Calls')], { columns: 160 })
  expect(lines.slice(-3)).toEqual([
    'Errors: Threshold Crossed: 12 was greater than 5 Those of the other endpoint are not counted.',
    'Nobody is notified of Errors.',
    'Alarms: 2 alarms, 1 in ALARM.',
  ])
})

test('what makes those that are missing is said once, and that others may come with the models in use', () => {
  const missing = [alarm('Errors', { state: 'MISSING', since: null, watches: '', goesOff: '' })]
  const sync = 'To create what is missing: bedrock-monitor alarms sync'
  expect(printed(missing, { columns: 160 }).slice(-2)).toEqual([
    'Alarms on spend and quotas depend on the models in use and are listed once they exist.',
    sync,
  ])
  expect(printed(missing, { profile: 'minimal' }).slice(-2)).toEqual(['Alarms: 1 alarm, 1 missing.', sync])
})

test('no line is wider than the terminal', () => {
  for (const columns of [50, 60, 99]) {
    for (const line of printed([alarm('Errors', { state: 'ALARM' })], { columns, verbose: true })) {
      expect(line.length).toBeLessThanOrEqual(columns)
    }
  }
})

test('what alarms leave out is told where it is asked for, once for all that leave out the same', () => {
  const text = 'Quota. Tokens are an estimate.'
  const missing = alarm('C', { state: 'MISSING', description: text })
  const alarms = [alarm('A', { description: text }), alarm('Errors'), alarm('B', { description: text }), missing]
  expect(printed(alarms, { columns: 160, verbose: true }).slice(-5)).toEqual([
    'A, B: Tokens are an estimate.',
    'Errors: Those of the other endpoint are not counted.',
    'Alarms: 4 alarms, 1 missing.',
    'Alarms on spend and quotas depend on the models in use and are listed once they exist.',
    'To create what is missing: bedrock-monitor alarms sync',
  ])
  expect(printed(alarms, { columns: 160 }).join('\n')).not.toContain('estimate')
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
