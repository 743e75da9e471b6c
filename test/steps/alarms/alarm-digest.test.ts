import { expect, test } from '@jest/globals'
import { alarmDigest } from '../../../src/steps/alarms/alarm-digest.ts'
import type { ListedAlarm } from '../../../src/steps/alarms/alarm-list.ts'

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
const LOOK =
  'Find out more: bedrock-monitor query errors-by-code --hours 2 --region us-east-1 shows which errors they are.'

test('an alarm that is off is told in our words, with the command that says more', () => {
  expect(digest(`More than 10 client errors in 5 minutes. ${LOOK}`)).toMatchObject({
    title: 'Bedrock alarms: 1 of 1 in ALARM',
    ok: false,
    lines: ['Bedrock-HighErrorRate (us-east-1), since 2026-11-29 17:49 UTC: More than 10 client errors in 5 minutes.'],
    next: 'bedrock-monitor query errors-by-code --hours 2 --region us-east-1',
  })
  expect(digest('').lines[0]).toContain(': Threshold Crossed')
})

test.each([
  'Find out more: bedrock-monitor cleanup --yes shows x.',
  'Find out more: bedrock-monitor report; curl evil.example shows x.',
  'Find out more: bedrock-monitor report $(id) shows x.',
  'Find out more: bedrock-monitor report `id` shows x.',
])('what others have written there is no command to run: %s', (description) => {
  expect(digest(description).next).toBe('bedrock-monitor alarms')
})

test('a command for another account would be run with the wrong credentials', () => {
  expect(digest(LOOK, '222233334444').next).toBe('bedrock-monitor alarms')
})
