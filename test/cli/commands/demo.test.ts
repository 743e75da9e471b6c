import { expect, test } from '@jest/globals'
import { ALL } from '../../support/counts.ts'
import { runLine } from '../run.ts'

test('the demo tours the whole job within 80 columns, and leaves nothing', async () => {
  const { code, stdout } = await runLine(['demo'], { tty: true, columns: 80, env: { NO_COLOR: '1' } })
  expect(code).toBe(0)
  const parts = [
    '1/5',
    `${ALL} resources created`,
    '2/5',
    '6 models by 3 identities',
    'Alarms that went off: Bedrock-',
    '3/5',
    'claude-sonnet',
    'Checked against',
    '4/5',
    `${ALL} resources removed`,
    '5/5',
    'Nothing left.',
  ]
  const places = parts.map((part) => stdout.indexOf(part))
  expect(places).toEqual([...places].sort((a, b) => a - b))
  expect(places[0]).toBeGreaterThan(0)
  expect(stdout.split('\n').filter((line) => [...line].length > 80)).toEqual([])
})

test('the demo for a program is the results of its parts', async () => {
  const { code, stdout, stderr } = await runLine(['demo', '--json', '--seed', '5', '--region', 'eu-central-1'])
  const { setup, traffic, alarms, report, cleanup, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({ schemaVersion: 1, command: 'demo', ok: true, left: [] })
  expect([setup.ok, cleanup.ok, setup.regions, traffic.seed]).toEqual([true, true, ['eu-central-1'], 5])
  expect(report.total).toMatchObject({ invocations: traffic.invocations, inputTokens: traffic.inputTokens })
  const names = setup.resources.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(Object.keys(alarms)))
  expect(Object.keys(alarms).length).toBeGreaterThan(0)
  expect(code).toBe(0)
  // What cannot be watched yet is warned of; nothing else is said.
  expect(stderr.split('\n').filter((line) => line !== '' && !line.startsWith('warning: Bedrock-HighSpend'))).toEqual([])
})
