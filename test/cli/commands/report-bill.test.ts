import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Report } from '../../../src/report/view.ts'
import { billedUpTo, DAY_MS } from '../../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../../src/sandbox/traffic.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10)

/** Calls of four days, today among them. */
beforeEach(() => {
  const { account, region, services } = sandbox()
  const [start, end] = [billedUpTo(Date.now()) - 2 * DAY_MS, Date.now()]
  playTraffic(services, generateTraffic({ seed: 2, start, end, account, region, invocationsPerHour: 6, steady: true }))
  services.bill.options = { creditsUsd: 1.5 }
})

async function json(line: string): Promise<Report> {
  const { code, stdout, stderr } = await run(`report --source bill --json ${line}`.trim())
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const report = JSON.parse(stdout)
  expect(schemaFaults(report)).toEqual([])
  return report
}

describe('report --source bill', () => {
  test('leaves the last two days out, unless they are asked for', async () => {
    const upTo = billedUpTo(Date.now())
    const usual = await json('')
    expect(usual.window).toMatchObject({ end: `${dayOf(upTo)}T00:00:00Z`, hours: 720 })
    expect(usual.bill?.through).toBe(dayOf(upTo - DAY_MS))
    expect(usual.series).toHaveLength(30)
    const last = await json('--last 2d --by day')
    expect(last.groups.map(({ key }) => key.day)).toEqual([dayOf(upTo - 2 * DAY_MS), dayOf(upTo - DAY_MS)])
    expect(last.total.costUsd).toBe(usual.total.costUsd)
    const all = await json(`--since ${dayOf(upTo)} --until ${dayOf(Date.now())} --by day`)
    expect(all.groups.map(({ key, partial }) => [key.day, partial])).toEqual([
      [dayOf(upTo), undefined],
      [dayOf(upTo + DAY_MS), undefined],
    ])
    const { code, stderr } = await run(`report --source bill --since ${dayOf(upTo)}`)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('pass --until, too') })
  })

  test('is called a bill in every format, and shows nothing that a bill cannot tell', async () => {
    const { stdout: table } = await run('report --source bill')
    expect(table).toMatch(/^\$[\d.]+ billed/)
    expect(table).toMatch(/^Bill: unblended cost; through .*; later days are not whole yet and left out/m)
    expect(table).toMatch(/^Asking: this report cost at most \$0\.03/m)
    for (const told of [table, (await run('report --source bill --format markdown')).stdout]) {
      expect(told).not.toMatch(/Calls|Errors|Latency|Throttles|estimate|incomplete/i)
    }
    const { stdout: page } = await run('report --source bill --format html')
    expect(page).toContain('<h1>Amazon Bedrock bill</h1>')
    expect(page.replace(/<script>.*<\/script>/s, '').replace(/<style>.*<\/style>/s, '')).not.toMatch(
      /Calls|Latency|Throttles|Incomplete/,
    )
    const { stdout: csv } = await run('report --source bill --format csv --by kind')
    expect(csv.split('\n')[0]).toMatch(/^kind,/)
  })

  test('tells what is apart from use, and holds use alone to the gate', async () => {
    const { bill, total } = await json('--last 3d')
    const whole = await run('report --source bill --last 3d')
    expect(bill?.adjustments).toEqual({ credits: -1.5 })
    expect(bill?.totalUsd).toBeCloseTo((total.costUsd ?? 0) - 1.5, 9)
    expect(whole.stdout).toContain('Apart: credits -$1.50; with these it comes to')
    const limit = Math.floor(total.costUsd ?? 0)
    expect((await run(`report --source bill --last 3d --fail-over-usd ${limit}`)).code).toBe(3)
    expect((await run(`report --source bill --last 3d --fail-over-usd ${limit + 1}`)).code).toBe(0)
  })

  test('compares, sorts and cuts as any report', async () => {
    const { compare, groups } = await json('--last 1d --compare previous --by kind --sort name --top 2')
    expect(compare?.change.usd).not.toBeNull()
    expect(groups.map(({ others }) => others !== undefined)).toEqual([false, false, true])
  })

  test('reads the Regions of --region alone', async () => {
    const { where, groups } = await json('--region eu-west-1')
    expect({ where, groups }).toEqual({ where: { region: ['eu-west-1'] }, groups: [] })
    expect((await json('--region us-east-1')).groups.length).toBeGreaterThan(3)
  })

  test('stops where asking would cost more than it may', async () => {
    sandbox().costExplorer.pageSize = 5
    const cut = await run('report --source bill --last 2d --by model --max-aws-cost 0.04')
    expect(cut).toMatchObject({ code: 5, stderr: expect.stringContaining('pass a higher --max-aws-cost') })
    expect(cut.stdout).toContain('reading stopped at $0.04')
    expect(cut.stdout).toMatch(/^at least \$/)
  })

  test.each([
    ['report --source bill --by hour', 'a bill has days'],
    ['report --source bill --by identity', 'Cost Explorer does not have it'],
    ['report --source bill --timezone Europe/Berlin', 'days of UTC'],
    ['report --source bill --cost blended', 'not one of unblended'],
    ['report --source bill --assume-role Reader --accounts org', 'as whoever runs this'],
    ['report --source bill --max-aws-cost 0.01', 'takes at least 3 requests'],
    ['report --source cur:. --accounts 111122223333', 'pass --where account=ID'],
    ['report --source file:. --exclude-accounts 111122223333', 'pass --where account=ID'],
    ['report --cost net', 'pass --source bill'],
    ['report --source logs --max-aws-cost 1', 'pass --source athena or --source bill'],
    ['report --by kind', '--source bill'],
    ['report --where principal-tag:team=a', '--source bill'],
  ])('%s is refused', async (line, why) => {
    expect(await run(line)).toMatchObject({ code: 2, stderr: expect.stringContaining(why) })
    expect(sandbox().calls.filter(({ service }) => service === 'ce')).toEqual([])
  })
})
