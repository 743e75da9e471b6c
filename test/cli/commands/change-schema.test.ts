import { expect, test } from '@jest/globals'
import { changeReportFaults } from '../../support/change-report-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()

const printed = async (line: string) => {
  const { stdout } = await run(line)
  return { line, report: JSON.parse(stdout) }
}

test('what is printed for a program is what the schema says: planned, drifted, failed in part, done, removed', async () => {
  const seen = [await printed('setup --dry-run --json'), await printed('status --json')]
  sandbox().faults.push({ kind: 'access-denied', service: 'sns', operation: 'CreateTopic', count: 9 })
  seen.push(await printed('setup --yes --json'))
  sandbox().faults.length = 0
  seen.push(await printed('setup --yes --json --retention-days 14'))
  seen.push(await printed('status --json'), await printed('alarms sync --yes --json --alarms strict'))
  seen.push(await printed('cleanup --dry-run --json'), await printed('cleanup --yes --json'))
  expect(seen.map(({ line, report }) => ({ line, faults: changeReportFaults(report) }))).toEqual(
    seen.map(({ line }) => ({ line, faults: [] })),
  )
  expect(seen.map(({ report }) => report.monthlyCost !== undefined)).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ])
})

test('strict alarms cost more than the standard ones, and those more than the minimal ones', async () => {
  const costs = []
  for (const profile of ['minimal', 'standard', 'strict']) {
    costs.push((await printed(`setup --dry-run --json --only alarms --alarms ${profile}`)).report.monthlyCost.usd)
  }
  expect(costs).toEqual([...costs].sort((a, b) => a - b))
  expect(new Set(costs).size).toBe(3)
})
