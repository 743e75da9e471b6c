import { expect, test } from '@jest/globals'
import type { ListedAlarm } from '../../../src/steps/alarms/alarm-list.ts'
import { alarmDigest } from '../../../src/steps/alarms/alarm-list.ts'
import { THRESHOLD_ALARMS } from '../../../src/steps/alarms/threshold-alarms.ts'
import { whatToDo } from '../../../src/steps/alarms/what-to-do.ts'

const alarm = (description: string): ListedAlarm => ({
  region: 'us-east-1',
  name: 'Bedrock-HighErrorRate',
  state: 'ALARM',
  since: '2026-11-29T17:49:04.721Z',
  reason: 'Threshold Crossed: 1 out of the last 1 datapoint',
  watches: 'Sum of InvocationClientErrors',
  goesOff: '> 10 in 5 min',
  threshold: 10,
  description,
  notifies: [],
  changed: null,
})
const digest = (description: string, account?: string) =>
  alarmDigest([{ ...alarm(description), ...(account !== undefined && { account }) }], { warnings: [] })
const told = whatToDo(
  {
    look: ['query errors-by-code --hours 2', 'which errors they are', 'Correct the calls that fail.'],
    threshold: { key: 'errorRateThreshold' },
  },
  'us-east-1',
)

test('an alarm that is off is told in our words, with the command that says more', () => {
  expect(digest(`More than 10 client errors in 5 minutes.${told}`)).toMatchObject({
    title: 'Bedrock alarms: 1 of 1 in ALARM',
    ok: false,
    lines: ['Bedrock-HighErrorRate (us-east-1), since 2026-11-29 17:49 UTC: More than 10 client errors in 5 minutes.'],
    next: 'bedrock-monitor query errors-by-code --hours 2 --region us-east-1',
  })
  expect(digest(`More than $10 an hour. Prices of new models are not in it.${told}`).lines).toEqual([
    'Bedrock-HighErrorRate (us-east-1), since 2026-11-29 17:49 UTC: More than $10 an hour.',
  ])
  expect(digest('').lines[0]).toContain(': Threshold Crossed')
})

test.each(THRESHOLD_ALARMS.map((row) => [row.name, row] as const))(
  'what to do about %s is the next command',
  (_, row) => {
    const { lines, next } = digest(`It is too much.${whatToDo(row, 'eu-west-1')}`)
    expect(lines[0]).toMatch(/: It is too much\.$/)
    expect(next).toBe(`bedrock-monitor ${row.look[0]} --region eu-west-1`)
  },
)

test.each([
  'bedrock-monitor cleanup --yes',
  'bedrock-monitor report; curl evil.example',
  'bedrock-monitor report $(id)',
  'bedrock-monitor report `id`',
])('what others have written there is no command to run: %s', (command) => {
  const { next } = digest(
    `x. What to do: run ${command}, which shows x. If this is expected, set a higher --x in setup.`,
  )
  expect(next).toBe('bedrock-monitor alarms')
})

test('a command for another account would be run with the wrong credentials', () => {
  expect(digest(`x.${told}`, '222233334444').next).toBe('bedrock-monitor alarms')
})
