import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { GetCostAndUsageRequest, GetCostAndUsageResponse } from '@aws-sdk/client-cost-explorer'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { billedUpTo, DAY_MS } from '../../../../src/report/window.ts'
import { exportFiles } from '../../../../src/sandbox/bill/exports.ts'
import { generateTraffic } from '../../../../src/sandbox/traffic.ts'
import { onSandbox } from '../on-sandbox.ts'

const { run, sandbox } = onSandbox()
const dayOf = (moment: number) => new Date(moment).toISOString().slice(0, 10)
const upTo = billedUpTo(Date.now())
/** Whole days of the month before this one and of this one. */
const [first, last] = [upTo - 40 * DAY_MS, upTo - DAY_MS]
const WHOLE = ` --since ${dayOf(first)} --until ${dayOf(last)}`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gates-bill-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
beforeEach(() => {
  const { account, region, services } = sandbox()
  const of = { seed: 2, start: first, end: Date.now(), account, region, invocationsPerHour: 0.5, steady: true }
  services.bill.add(generateTraffic(of).filter(({ routedModel }) => routedModel === undefined))
  sandbox().costExplorer.digits = 18
})

/** What a bill lacks, and what is said of it: of a lack that is no failure, the leave to ignore it ends with 0. */
interface Case {
  window?: string
  flags?: string
  lacks?: string
  /** Something could not be read, so that it is no success, either. */
  isBroken?: boolean
  note?: RegExp
  isUnknown?: boolean
}

/** Below all that is billed, and above. */
const LIMITS = [0, 1_000_000]

async function holds(source: string, { window = WHOLE, flags = '', lacks, isBroken, note, isUnknown }: Case) {
  for (const limit of LIMITS) {
    for (const leave of ['', ' --allow-unpriced']) {
      const line = `report --source ${source}${window} --json --fail-over-usd ${limit}${leave}${flags}`
      const { code, stdout, stderr } = await run(line)
      const { total, warnings } = JSON.parse(stdout)
      expect({ isFloor: total.costIsFloor, isUnknown: total.costUsd === null }).toEqual({
        isFloor: lacks !== undefined,
        isUnknown: isUnknown === true,
      })
      const isOver = total.costUsd > limit
      const failed = isOver || (lacks !== undefined && leave === '')
      expect({ line, code }).toEqual({ line, code: failed ? 3 : isBroken ? 5 : 0 })
      const floor = lacks === undefined ? `$${total.costUsd}` : `at least $${total.costUsd}, ${lacks}`
      const said = isUnknown
        ? `error: the cost is not known (${lacks}), so it cannot be checked against --fail-over-usd ${limit}`
        : `error: the cost is ${floor}, ${isOver ? 'over' : 'so it may be over'} --fail-over-usd ${limit}\n`
      expect([said, stderr.includes(said)]).toEqual([said, failed])
      const messages = warnings.map(({ message }: { message: string }) => message).join('\n')
      if (note) expect(messages).toMatch(note)
    }
  }
}

type Groups = NonNullable<NonNullable<GetCostAndUsageResponse['ResultsByTime']>[number]['Groups']>

/** Has Cost Explorer answer for each day as it is told. */
function spoilt(change: (groups: Groups) => void): void {
  const { operations } = sandbox().costExplorer
  const whole = operations.GetCostAndUsage
  operations.GetCostAndUsage = async (input, call) => {
    const answer = (await whole?.(input, call)) as GetCostAndUsageResponse
    const isByDay = (input as unknown as GetCostAndUsageRequest).Granularity === 'DAILY'
    if (isByDay) for (const { Groups = [] } of answer.ResultsByTime ?? []) change(Groups)
    return answer
  }
}

const withoutCost = ({ Metrics = {} }: Groups[number]) => {
  delete Metrics.UnblendedCost
}
const isOfImages = ({ Keys = [] }: Groups[number]) => Keys.some((key) => key.includes('T2I'))
const NOT_ALL_READ = 'not everything could be read'
const OPEN_DAYS = ` --since ${dayOf(first)} --until ${dayOf(Date.now())}`

describe('--fail-over-usd, --source bill', () => {
  test.each<[string, Case & { given?(): unknown }]>([
    ['all of it is billed', {}],
    ['nothing is', { window: ' --since 2026-01-01 --until 2026-01-03' }],
    [
      'one of the accounts is not on it',
      { flags: ' --accounts 111122223333,222233334444', note: /nothing is on the bill of 222233334444: not used/ },
    ],
    [
      'lines have no cost',
      { given: () => spoilt((all) => all.filter(isOfImages).forEach(withoutCost)), lacks: 'not all images priced' },
    ],
    [
      'no line has',
      {
        given: () => spoilt((all) => all.forEach(withoutCost)),
        lacks: '0 % of tokens priced, not all images priced',
        isUnknown: true,
      },
    ],
    [
      'the money to ask ends',
      {
        given: () => Object.assign(sandbox().costExplorer, { pageSize: 5 }),
        flags: ' --by model --max-aws-cost 0.04',
        lacks: NOT_ALL_READ,
        isBroken: true,
        note: /reading stopped at \$0\.04/,
      },
    ],
    ['days are asked for that are not whole', { window: OPEN_DAYS, lacks: NOT_ALL_READ, note: /are not whole yet/ }],
    [
      'days are asked for that are not on it yet',
      {
        given: () => Object.assign(sandbox().services.bill, { options: { lateDays: 2 } }),
        window: OPEN_DAYS,
        lacks: NOT_ALL_READ,
        note: /nothing is on the bill after/,
      },
    ],
  ])('where %s', async (_, { given, ...expected }) => {
    given?.()
    await holds('bill', expected)
  })
})

/** Writes the export as it is delivered, but for what is changed of a file; undefined: it is left out. */
async function exported(change: (key: string, body: Buffer) => Buffer | undefined): Promise<string> {
  const { account, services } = sandbox()
  const about = { table: 'COST_AND_USAGE_REPORT', name: 'cur', bucket: 'bucket', prefix: '', payer: account } as const
  const path = await mkdtemp(join(folder, 'cur-'))
  for (const { key, body } of exportFiles(services.bill.entries(Date.now()), about, Date.now())) {
    const written = change(key, body)
    if (!written) continue
    await mkdir(join(path, dirname(key)), { recursive: true })
    await writeFile(join(path, key), written)
  }
  return path
}

/** The same file without what stands in a column, in its first line alone or in all. */
const without = (column: string, isAll: boolean) => (key: string, body: Buffer) => {
  if (!key.endsWith('.csv.gz')) return body
  const [head = '', ...lines] = gunzipSync(body).toString().split('\n')
  const names = head.split(',')
  const emptied = lines.map((line, index) => {
    if (line === '' || (index > 0 && !isAll)) return line
    const cells = line.match(/(?:"(?:[^"]|"")*"|[^,]*)(?=,|$),?/g)?.slice(0, names.length) ?? []
    return cells.map((cell, at) => (names[at] === column ? cell.replace(/^[^,]*/, '') : cell)).join('')
  })
  return gzipSync([head, ...emptied].join('\n'))
}

const month = dayOf(first).slice(0, 7)
const inMonth = (key: string) => key.includes(`BILLING_PERIOD=${month}`)
const ofMonth = (change: (body: Buffer) => Buffer | undefined) => (key: string, body: Buffer) =>
  inMonth(key) && key.endsWith('.gz') ? change(body) : body

describe('--fail-over-usd, --source cur', () => {
  test.each<[string, Case & { change?: Parameters<typeof exported>[0] }]>([
    ['all of it is there', {}],
    ['nothing was used', { window: ` --since ${dayOf(first - 2 * DAY_MS)} --until ${dayOf(first - DAY_MS)}` }],
    ['all that there is is asked for', { window: '' }],
    [
      'one of its lines has no cost',
      {
        change: without('line_item_unblended_cost', false),
        lacks: `99 % of tokens priced, ${NOT_ALL_READ}`,
        isBroken: true,
        note: /2 lines without a cost/,
      },
    ],
    [
      'one of its lines has no time',
      {
        change: without('line_item_usage_start_date', false),
        lacks: NOT_ALL_READ,
        isBroken: true,
        note: /2 lines without a time/,
      },
    ],
    [
      'a file is not there',
      { change: ofMonth(() => undefined), lacks: NOT_ALL_READ, isBroken: true, note: /it is not there/ },
    ],
    [
      'a file is cut',
      { change: ofMonth((body) => body.subarray(0, 400)), lacks: NOT_ALL_READ, isBroken: true, note: /damaged/ },
    ],
    [
      'a file is of another form',
      { change: ofMonth(() => gzipSync('a,b\n1,2\n')), lacks: NOT_ALL_READ, isBroken: true, note: /neither CUR's nor/ },
    ],
    [
      'it begins later than the window',
      {
        change: (key, body) => (inMonth(key) ? undefined : body),
        lacks: NOT_ALL_READ,
        note: new RegExp(`has no files of ${month}: the cost is without that month`),
      },
    ],
    ['days are asked for that are not whole', { window: OPEN_DAYS, lacks: NOT_ALL_READ, note: /are not whole yet/ }],
  ])('where %s', async (_, { change = (_key, body) => body, ...expected }) => {
    await holds(`cur:${await exported(change)}`, expected)
  })
})
