import { beforeEach, describe, expect, test } from '@jest/globals'
import type { Reconciliation } from '../../../src/report/reconcile/model.ts'
import { billedUpTo, DAY_MS } from '../../../src/report/window.ts'
import type { BillEntry } from '../../../src/sandbox/bill/entry.ts'
import { createLedger } from '../../../src/sandbox/bill/ledger.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../../src/sandbox/traffic.ts'
import { inFolder } from '../../support/folder.ts'
import { reconcileSchemaFaults } from '../../support/reconcile-schema.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const END = billedUpTo(Date.now())
const START = END - 3 * DAY_MS
const CLAUDE = /Claude/

/** What CloudWatch does not tell of a call: it is billed as flex, and its cache writes are kept for an hour. */
function asBilled(call: Invocation, index: number): Invocation {
  const isFlex = call.modelId.includes('nova-pro') && index % 2 === 0
  const isHour = call.modelId.includes('claude') && index % 3 === 0
  return {
    ...call,
    ...(isFlex && { serviceTier: { asked: 'flex', resolved: 'flex' } }),
    ...(isHour && { cacheWrite1hTokens: call.cacheWriteTokens }),
  }
}

/** Three days that are whole on the bill, in two Regions. */
beforeEach(() => {
  const { account, region, services } = sandbox()
  const options = { start: START, end: END, account, invocationsPerHour: 12, steady: true }
  const here = generateTraffic({ seed: 3, region, ...options })
  const there = generateTraffic({ seed: 4, region: 'us-west-2', ...options, invocationsPerHour: 4 })
  for (const calls of [here, there]) playTraffic({ ...services, bill: createLedger() }, calls)
  services.bill.add([...here.map(asBilled), ...there])
  const nova = here.filter(({ modelId, outcome }) => modelId.includes('nova-pro') && outcome === 'success')
  const opus = nova.map((call) => ({ ...call, modelId: 'anthropic.claude-opus-4-8', mantle: true as const }))
  services.bill.options = {
    more: [...opus.slice(0, 20), ...nova.slice(20, 50).map((call) => ({ ...call, batch: true as const }))],
    rateOff: ({ modelId }) => (modelId.includes('claude') ? 10 : 0),
    charges: [
      {
        time: START,
        account,
        region,
        usage: 'Guardrail-ContentPolicyUnitsConsumed',
        quantity: 9,
        unit: 'Units',
        usd: 5,
      },
    ],
    creditsUsd: 1.5,
    taxPercent: 19,
  }
})

async function json(line: string, code = 0): Promise<Reconciliation> {
  const ended = await run(`reconcile --json --last 3d ${line}`.trim())
  expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code })
  const result = JSON.parse(ended.stdout)
  expect(reconcileSchemaFaults(result)).toEqual([])
  return result
}

const nanos = (usd: number) => BigInt(Math.round(usd * 1e9))
const nano = (atto: bigint) => Number(atto / 1_000_000_000n)

/** What the sandbox billed, by its own truth, in nano-dollars. */
function billed(of: (entry: BillEntry) => boolean, field: 'list' | 'unblended' = 'list'): number {
  const entries = sandbox().services.bill.entries(Date.now())
  return nano(
    entries.filter((entry) => entry.lineType === 'Usage' && of(entry)).reduce((sum, entry) => sum + entry[field], 0n),
  )
}

const isThere = ({ region }: BillEntry) => region === 'us-west-2'
const isMantle = ({ usageType }: BillEntry) => usageType.includes('-mantle-')
const isBatch = ({ usageType }: BillEntry) => usageType.endsWith('-batch')

const billedOf = ({ billUsd }: { billUsd: number }) => nanos(billUsd)
const billedBy = (parts: readonly { billUsd: number }[]) => ({
  billUsd: Number(parts.reduce((sum, one) => sum + billedOf(one), 0n)) / 1e9,
})

describe('reconcile', () => {
  test('names every cause with its amount, and leaves nothing unexplained', async () => {
    const { total, causes, bill, cells } = await json('')
    const all = () => true
    expect(Math.abs(Number(nanos(total.billUsd)) - billed(all, 'unblended'))).toBeLessThan(1_000)
    expect(total).toMatchObject({ unexplainedUsd: 0, unexplainedPercent: 0 })
    const found = new Map(causes.map(({ of, cause, usd }) => [`${of} ${cause}`, Number(nanos(usd))]))
    const hour = billed((entry) => entry.kind === 'cacheWrite1h' && !isThere(entry))
    const expected = new Map([
      ['quantity region', billed(isThere)],
      // Which the list has no price of, so that the bill's own is all there is.
      ['quantity mantle', billed(isMantle, 'unblended')],
      ['quantity batch', billed(isBatch)],
      ['quantity guardrails', 5e9],
      // Half of the standard price, and 2 of the input's instead of 1.25.
      ['rate flex', -billed(({ usageType }) => usageType.endsWith('-flex'))],
      ['rate cache-ttl', (hour * 0.75) / 2],
      ['rate private-rate', -billed((entry) => CLAUDE.test(entry.service)) / 10],
    ])
    for (const [cause, amount] of expected)
      expect({ cause, off: Math.abs((found.get(cause) ?? 0) - amount) > 5_000 }).toEqual({ cause, off: false })
    expect([...found.keys()].filter((cause) => !expected.has(cause) && cause !== 'rate rounding')).toEqual([
      'rate unpriced',
    ])
    expect(bill.adjustments).toMatchObject({ credits: -1.5 })
    const sum = cells.reduce((most, { differenceUsd }) => most + nanos(differenceUsd), 0n)
    expect(sum).toBe(nanos(total.billUsd) - nanos(total.estimateUsd))
  })

  test('proposes prices of your own, which explain all once they are in the configuration, and applies none', async () => {
    const { proposal, total } = await json('')
    expect(proposal).toEqual({
      says: ['you pay 0.9 × the public price for anthropic.*'],
      prices: { 'anthropic.*': [{ discountPercent: 10 }] },
    })
    expect((await json('')).total).toEqual(total)
    await inFolder({ 'bedrock-monitor.json': JSON.stringify({ prices: proposal?.prices }) }, async (cwd) => {
      const { stdout, code } = await run('reconcile --json --last 3d', { cwd })
      expect(code).toBe(0)
      const again: Reconciliation = JSON.parse(stdout)
      expect(again.proposal).toBeNull()
      expect(again.causes.map(({ cause }) => cause)).not.toContain('private-rate')
      expect(again.total).toMatchObject({ billUsd: total.billUsd, unexplainedUsd: 0 })
    })
  })

  test('looks at another Region too, where it is asked to', async () => {
    const { causes, total } = await json('--region us-east-1,us-west-2')
    expect(causes.map(({ cause }) => cause)).not.toContain('region')
    expect(total.unexplainedUsd).toBe(0)
  })

  test('gives the answer first in every format', async () => {
    const { total } = await json('')
    for (const format of ['table', 'markdown']) {
      const { stdout } = await run(`reconcile --last 3d --format ${format}`)
      const [answer = ''] = stdout.split('\n').filter((line) => line.includes('Bill'))
      expect(answer.replaceAll('\\', '')).toContain(
        `Bill $${total.billUsd.toFixed(2)} · estimate $${total.estimateUsd.toFixed(2)}`,
      )
      expect(stdout).toContain('anthropic.*'.replace('\\', format === 'markdown' ? '\\' : ''))
      expect(stdout).toContain('"discountPercent": 10')
      expect(stdout).not.toMatch(/undefined|NaN|\[object/)
    }
    const { stdout: page } = await run('reconcile --last 3d --format html')
    expect(page).toMatch(/^<!DOCTYPE html>[\s\S]*<h2>Why they differ<\/h2>[\s\S]*the flex tier[\s\S]*<\/html>\n$/)
    expect(page).not.toContain('<script')
    const { stdout: csv } = await run('reconcile --last 3d --format csv')
    const [head = '', ...rows] = csv.trim().split('\r\n')
    const at = head.split(',').indexOf('billUsd')
    const sum = rows.reduce((all, line) => all + nanos(Number(line.split(',')[at])), 0n)
    expect(sum).toBe(nanos(total.billUsd))
  })

  test.each([
    ['--by week', ['week']],
    ['--by account,kind', ['account', 'kind']],
    ['--by month,model,region', ['month', 'model', 'region']],
  ])('%s tells the same sums apart by these', async (flags, keys) => {
    const { total, groups } = await json(flags)
    for (const { key } of groups) expect(Object.keys(key)).toEqual(keys)
    expect(groups.length).toBeGreaterThan(0)
    for (const field of ['billUsd', 'differenceUsd', 'unexplainedUsd'] as const) {
      expect(groups.reduce((sum, one) => sum + nanos(one[field]), 0n)).toBe(nanos(total[field]))
    }
  })

  test('asks for no bill that costs money where the path of the estimate is wrong', async () => {
    const { code, stderr } = await run('reconcile --last 2d --source file:/nowhere/at-all')
    expect([code, stderr]).toEqual([2, expect.stringContaining('no such file or folder')])
    expect(sandbox().calls.filter(({ service }) => service === 'ce')).toEqual([])
  })

  test('--where is of these alone: their sums, causes and groups', async () => {
    const [whole, part] = [await json(''), await json('--where model=*CLAUDE*,*nova* --where kind=input')]
    const fits = ({ model, kind }: { model: string; kind: string }) => /claude|nova/.test(model) && kind === 'input'
    const cells = whole.cells.filter(fits)
    expect(cells.length).toBeGreaterThan(1)
    expect(part.cells).toEqual(cells)
    expect(part.where).toEqual({ model: ['*CLAUDE*', '*nova*'], kind: ['input'] })
    const sum = cells.reduce((all, { billUsd }) => all + nanos(billUsd), 0n)
    expect([part.total, ...[part.groups, part.models, part.days].map(billedBy)].map(billedOf)).toEqual(
      Array.from({ length: 4 }, () => sum),
    )
    expect((await run('reconcile --last 3d --where model=*claude*')).stdout).toContain('only model=*claude*')
  })

  test('--sort, --top and --columns are of the groups, in every format', async () => {
    const flags = 'reconcile --last 3d --sort bill --top 2 --columns bill,difference'
    const { groups } = JSON.parse((await run(`${flags} --json`)).stdout) as Reconciliation
    const bills = (await json('')).models.map(({ billUsd }) => billUsd).sort((a, b) => b - a)
    expect(groups.map(({ billUsd }) => billUsd)).toEqual(bills.slice(0, 2))
    const csv = (await run(`${flags} --format csv`)).stdout.trim().split('\r\n')
    expect(csv.map((line) => line.split(',').length)).toEqual([3, 3, 3])
    expect(csv[0]).toBe('model,billUsd,differenceUsd')
    expect((await run(`${flags} --format markdown`)).stdout).toMatch(
      /\n\| Model \| Bill \| Difference \|\n.*\n(\| `.*\n){2}\n/,
    )
    expect((await run(`${flags} --format html`)).stdout).toMatch(/<h2>Groups<\/h2>/)
    expect((await run(flags)).stdout).toMatch(/\nModel +Bill +Difference\n─+\n(.+\n){2}\n/)
  })

  test.each([40, 80, 140])('keeps within a terminal of %i columns', async (columns) => {
    const { stdout } = await run('reconcile --last 3d', { tty: true, columns })
    const wide = stdout.split('\n').filter((line) => [...line].length > columns)
    expect(columns < 80 ? [] : wide).toEqual([])
  })

  test('fails where more is unexplained than there may be', async () => {
    expect((await run('reconcile --last 3d --max-unexplained 0')).code).toBe(0)
    const { services } = sandbox()
    // Each day at another rate.
    services.bill.options = { ...services.bill.options, rateOff: ({ time }) => Math.floor(time / DAY_MS) % 7 }
    const { code, stderr } = await run('reconcile --last 3d --max-unexplained 1%')
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/% of the bill is unexplained, over --max-unexplained 1 %: a rate that differs/),
    })
  })

  test('of a bill that was read in part is neither late nor how far the bill goes', async () => {
    const { costExplorer } = sandbox()
    costExplorer.pageSize = 5
    const { stdout, stderr, code } = await run('reconcile --last 3d --max-aws-cost 0.04 --max-unexplained 1%')
    costExplorer.pageSize = 500
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/more or less billed than measured \(-\$\d+\.\d\d\)/),
    })
    expect(stdout).toContain('a part of the bill is missing')
    expect(stdout).not.toMatch(/not on the bill yet|The bill has data up to|The bill has nothing/)
  })

  test('is late, not unexplained, on the last two days', async () => {
    const { account, region, services } = sandbox()
    const start = END + DAY_MS / 2
    playTraffic(
      services,
      generateTraffic({ seed: 9, region, start, end: start + 3_600_000, account, invocationsPerHour: 60 }),
    )
    services.bill.options = { lateDays: 2 }
    const until = new Date(END).toISOString().slice(0, 10)
    const { stdout } = await run(`reconcile --json --since ${until} --until ${until}`)
    const { causes, total, bill }: Reconciliation = JSON.parse(stdout)
    expect(causes.map(({ of, cause }) => `${of} ${cause}`)).toEqual(['quantity late'])
    expect(bill.openFrom).toBe(until)
    expect(total.unexplainedUsd).toBe(0)
  })

  test.each([
    ['--month 2026-10 --last 7d', '--month 2026-10 contradicts'],
    ['--month 2926-10', 'a month such as 2026-10'],
    ['--source bill', 'one of metrics'],
    ['--bill metrics', 'one of bill'],
    ['--max-unexplained 200%', 'a share from 0 to 1'],
    ['--open', 'pass --output'],
    ['--by hour', "--by is 'hour'"],
    ['--where team=a', 'pass one of model, account, region, kind'],
    ['--sort team', "--sort is 'team'"],
    ['--columns calls', "--columns is 'calls'"],
    ['--top 0', "--top is '0'"],
    ['--max-aws-cost 0.01', 'pass --max-aws-cost'],
  ])('%s is refused', async (flags, said) => {
    const { code, stderr } = await run(`reconcile ${flags}`)
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining(said) })
  })
})
