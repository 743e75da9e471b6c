import { expect, test } from '@jest/globals'
import type { Report } from '../../../src/report/view.ts'
import { DAY_MS, HOUR_MS } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { inFolder } from '../../support/folder.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const MODEL = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const hour = (ago: number) => Math.floor(Date.now() / HOUR_MS - ago) * HOUR_MS

/** Six weeks of calls, and more of them in an hour of the last day. */
async function withWeeks(body: () => Promise<void>): Promise<void> {
  expect((await run('setup --yes --skip alarms')).code).toBe(0)
  const { account, region, services } = sandbox()
  const traffic = { account, region, start: hour(45 * 24), end: Date.now() - 1_000, invocationsPerHour: 5 }
  const spike = { start: hour(5), end: hour(4), times: 200, modelId: MODEL }
  playTraffic(services, generateTraffic({ ...traffic, seed: 3, steady: true, weekly: true, spike }))
  await body()
}

async function json(line: string, cwd?: string, expected = 0): Promise<Report> {
  const { code, stdout, stderr } = await run(
    `report --offline --json ${line}`.trim().replace(/ +/g, ' '),
    cwd === undefined ? {} : { cwd },
  )
  if (code !== expected) throw new Error(`report ${line}: exit ${code}\n${stderr}`)
  const report = JSON.parse(stdout)
  expect(schemaFaults(report)).toEqual([])
  return report
}

test('a forecast and anomalies from metrics and from the log, whatever the window', () =>
  withWeeks(async () => {
    const rate = await json('')
    expect(rate.projection.method).toBe('run-rate')
    expect(rate.anomalies).toBeUndefined()
    const told = await json('--forecast --anomalies')
    expect(told.total).toEqual(rate.total)
    expect(told.projection).toMatchObject({ method: 'weekday', level: 0.8, basis: { days: 42 } })
    const spike = { start: new Date(hour(5)).toISOString().replace('.000', ''), cause: 'volume' }
    const found = expect.objectContaining({ ...spike, key: { model: MODEL } })
    expect(told.anomalies).toContainEqual(found)
    const ofPast = told.warnings.filter(({ message }) => message.startsWith('of the weeks before: '))
    expect(ofPast.map(({ code }) => code)).toEqual(['idle-models'])
    // More is asked, and AWS bills it.
    expect(told.calls?.usd).toBeGreaterThan(rate.calls?.usd ?? 0)
    const whole = await json('--last 44d')
    expect(whole.projection.basis?.days).toBe(42)
    expect(whole.projection.spentUsd).toBeCloseTo(told.projection.spentUsd ?? Number.NaN, 6)
    const logs = await json('--source logs --forecast --anomalies --by model,hour')
    // The log group keeps thirty days.
    expect(logs.projection.method).toBe('weekday')
    expect(logs.projection.basis?.days).toBeLessThanOrEqual(30)
    expect(logs.anomalies).toContainEqual(found)
    const gate = await run('report --offline --fail-on-anomaly 0.10')
    expect(gate).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/more than expected from .* mostly by volume/),
    })
    expect((await run('report --offline --fail-on-anomaly 1000')).code).toBe(0)
    const { stdout: table } = await run('report --offline --forecast --anomalies')
    expect(table).toMatch(/(about|at least) \$[\d.,]+ in \w+ \(from \$[\d.,]+ to \$[\d.,]+\)/)
    expect(table).toMatch(
      /^Anomaly: claude-sonnet-4-5, .* \d h: \$\S+ instead of about \$\S+, mostly by volume: volume/m,
    )
    const { stdout: page } = await run('report --offline --forecast --anomalies --format html')
    expect(page).toMatch(/<h2>Anomalies<\/h2>.*\+\$/s)
    expect(page).toMatch(/by weekday<\/dt>/)
    const { stdout: markdown } = await run('report --offline --forecast --anomalies --format markdown')
    expect(markdown).toMatch(/^- Anomaly: claude-sonnet-4-5/m)
  }))

test('any past is compared with, of teams and of the bill, too, day by day where it is longer', () =>
  withWeeks(async () => {
    const monthBefore = new Date(hour(0) - 32 * DAY_MS).toISOString().slice(0, 7)
    const day = new Date(hour(10 * 24)).toISOString().slice(0, 10)
    await inFolder({ 'teams.csv': 'team,role\nsupport,Support*\n' }, async (cwd) => {
      for (const line of ['', '--source logs --by team --teams teams.csv', '--source bill --since 2026-01-01']) {
        const asked = line.replace('2026-01-01', new Date(hour(6 * 24)).toISOString().slice(0, 10))
        for (const past of [monthBefore, day, '1w', '2w', `${day}..${day}`]) {
          const { compare, groups, total } = await json(`${asked} --compare ${past}`, cwd)
          const { scale = 1, before, change, window } = compare ?? {}
          expect(scale * (window?.hours ?? 0)).toBeCloseTo((await json(asked, cwd)).window.hours, 0)
          const was = (before?.costUsd ?? Number.NaN) * scale
          expect(change?.usd).toBeCloseTo((total.costUsd ?? Number.NaN) - was, 6)
          expect((change?.volumeUsd ?? 0) + (change?.mixUsd ?? 0) + (change?.priceUsd ?? 0)).toBeCloseTo(
            change?.usd ?? Number.NaN,
            8,
          )
          const sum = groups.reduce((all, group) => all + (group.before?.costUsd ?? 0), 0)
          expect(sum).toBeCloseTo(before?.costUsd ?? Number.NaN, 8)
        }
      }
    })
  }))

test.each([
  ['--source bill --anomalies', /--anomalies and --source bill contradict each other: a bill has days/],
  ['--source bill --fail-on-anomaly 5', /--anomalies and --source bill contradict each other/],
  ['--source file:- --forecast', /--forecast: standard input can be read only once/],
  ['--fail-on-anomaly much', /an amount of US dollars/],
  ['--compare 2026-13', /2026-10/],
])('report %s is refused', async (line, message) => {
  expect(await run(`report ${line}`)).toMatchObject({ code: 2, stderr: expect.stringMatching(message) })
})
