import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { generateTraffic } from '../../../src/sandbox/traffic.ts'
import { runAwsCli, stopAwsCli } from '../../support/aws-cli.ts'
import { describeWith } from '../../support/external.ts'

const MEMBER = '222233334444'
const NOW = Date.UTC(2026, 10, 20, 12)
const DAY_MS = 86_400_000
let sandbox: Sandbox
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'))
  sandbox = await startSandbox({ clock: { now: () => NOW }, members: [{ id: MEMBER, name: 'shop' }] })
  for (const account of [sandbox.account, MEMBER]) {
    const of = { account, region: 'us-east-1', invocationsPerHour: 4, steady: true }
    sandbox.servicesOf(account).bill.add(generateTraffic({ seed: 1, start: NOW - 3 * DAY_MS, end: NOW, ...of }))
    const usage = { usage: 'BoxUsage', quantity: 1, unit: 'Hrs', usd: 7, service: 'Amazon Elastic Compute Cloud' }
    sandbox.servicesOf(account).bill.options = {
      charges: [{ ...usage, time: NOW - DAY_MS, account, region: 'us-east-1' }],
    }
  }
})
afterAll(async () => {
  await stopAwsCli()
  await sandbox.close()
  await rm(folder, { recursive: true })
})

interface Answer {
  ResultsByTime: {
    TimePeriod: { Start: string; End: string }
    Total: Record<string, { Amount: string; Unit: string }>
    Groups: { Keys: string[]; Metrics: Record<string, { Amount: string; Unit: string }> }[]
    Estimated: boolean
  }[]
  NextPageToken?: string
  DimensionValueAttributes?: { Value: string; Attributes: Record<string, string> }[]
}

async function ce(operation: string, ...args: string[]): Promise<Answer> {
  const env = { PATH: process.env.PATH, HOME: folder, AWS_PAGER: '', AWS_DEFAULT_OUTPUT: 'json', ...sandbox.env }
  const { code, stdout, stderr } = await runAwsCli(['ce', operation, ...args], env)
  if (code !== 0) throw new Error(stderr.trim())
  return JSON.parse(stdout)
}

const DAYS = ['--time-period', 'Start=2026-11-17,End=2026-11-20']
const usage = (...args: string[]) =>
  ce('get-cost-and-usage', ...DAYS, '--granularity', 'DAILY', '--metrics', 'UnblendedCost', 'UsageQuantity', ...args)
const by = (...keys: string[]) => ['--group-by', ...keys.map((key) => `Type=DIMENSION,Key=${key}`)]
const filter = (expression: object) => ['--filter', JSON.stringify(expression)]
const dollars = ({ ResultsByTime }: Answer) =>
  ResultsByTime.flatMap(({ Groups, Total }) =>
    Groups.length > 0 ? Groups.map(({ Metrics }) => Metrics) : [Total],
  ).reduce((sum, { UnblendedCost }) => sum + Number(UnblendedCost?.Amount ?? 0), 0)

/** A client that shares no code with ours. */
describeWith(['aws'], 'Cost Explorer, asked by the AWS CLI,', () => {
  test('finds the services of Bedrock by a word', async () => {
    const answer = await ce('get-dimension-values', ...DAYS, '--dimension', 'SERVICE', '--search-string', 'bedrock')
    expect(answer).toMatchObject({
      DimensionValues: [
        { Value: 'Amazon Bedrock' },
        { Value: 'Claude Haiku 4.5 (Amazon Bedrock Edition)' },
        { Value: 'Claude Sonnet 4.5 (Amazon Bedrock Edition)' },
      ],
      ReturnSize: 3,
      TotalSize: 3,
    })
  })

  test('tells groups by day, the days without any too, and the total without groups', async () => {
    const grouped = await usage(...by('SERVICE', 'LINKED_ACCOUNT'))
    expect(
      grouped.ResultsByTime.map(({ TimePeriod, Estimated }) => [TimePeriod.Start, TimePeriod.End, Estimated]),
    ).toEqual([
      ['2026-11-17', '2026-11-18', true],
      ['2026-11-18', '2026-11-19', true],
      ['2026-11-19', '2026-11-20', true],
    ])
    expect(grouped.DimensionValueAttributes).toEqual([
      { Value: sandbox.account, Attributes: { description: 'management' } },
      { Value: MEMBER, Attributes: { description: 'shop' } },
    ])
    const total = await usage()
    expect(total.ResultsByTime[0]?.Groups).toEqual([])
    expect(dollars(total)).toBeCloseTo(dollars(grouped), 8)
    const month = await ce(
      'get-cost-and-usage',
      '--time-period',
      'Start=2026-10-30,End=2026-11-20',
      '--granularity',
      'MONTHLY',
      '--metrics',
      'UnblendedCost',
    )
    expect(
      month.ResultsByTime.map(({ TimePeriod, Estimated }) => [TimePeriod.Start, TimePeriod.End, Estimated]),
    ).toEqual([
      ['2026-10-30', '2026-11-01', false],
      ['2026-11-01', '2026-11-20', true],
    ])
    expect(dollars(month)).toBeCloseTo(dollars(total), 8)
  })

  test('filters with and, or, not and tags, and groups by tags with the value behind a dollar sign', async () => {
    const service = (...Values: string[]) => ({ Dimensions: { Key: 'SERVICE', Values } })
    const own = await usage(...filter(service('Amazon Bedrock')))
    const ec2 = await usage(...filter(service('Amazon Elastic Compute Cloud')))
    const others = await usage(
      ...filter({ And: [{ Not: service('Amazon Bedrock') }, { Not: service('Amazon Elastic Compute Cloud') }] }),
    )
    expect(dollars(ec2)).toBe(14)
    expect(dollars(await usage())).toBeCloseTo(dollars(own) + dollars(ec2) + dollars(others), 8)
    const tagged = await usage('--group-by', 'Type=TAG,Key=iamPrincipal/team')
    expect(tagged.ResultsByTime[1]?.Groups.map(({ Keys }) => Keys[0])).toEqual([
      'iamPrincipal/team$',
      'iamPrincipal/team$search',
      'iamPrincipal/team$support',
    ])
    const search = await usage(...filter({ Tags: { Key: 'iamPrincipal/team', Values: ['search'] } }))
    const group = tagged.ResultsByTime.flatMap(({ Groups }) => Groups.filter(({ Keys }) => Keys[0]?.endsWith('search')))
    expect(dollars(search)).toBeCloseTo(
      group.reduce((sum, { Metrics }) => sum + Number(Metrics.UnblendedCost?.Amount), 0),
      8,
    )
  })

  test('goes on from page to page, within a day too', async () => {
    const whole = await usage(...by('SERVICE', 'USAGE_TYPE'))
    sandbox.costExplorer.pageSize = 7
    const pages: Answer[] = []
    for (let token: string | undefined = ''; token !== undefined; token = pages.at(-1)?.NextPageToken) {
      pages.push(await usage(...by('SERVICE', 'USAGE_TYPE'), ...(token ? ['--next-page-token', token] : [])))
    }
    const keys = (answers: readonly Answer[]) =>
      answers.flatMap(({ ResultsByTime }) =>
        ResultsByTime.flatMap((day) => day.Groups.map(({ Keys }) => [day.TimePeriod.Start, ...Keys])),
      )
    expect(pages.length).toBeGreaterThan(5)
    expect(keys(pages)).toEqual(keys([whole]))
    await expect(usage(...by('SERVICE'), '--next-page-token', pages[0]?.NextPageToken ?? '')).rejects.toThrow(
      'RequestChangedException',
    )
    sandbox.costExplorer.pageSize = 500
  })

  test.each<[string, string[], string]>([
    ['three groupings', by('SERVICE', 'USAGE_TYPE', 'LINKED_ACCOUNT'), 'ValidationException'],
    ['a grouping that is only a filter', by('REGION'), 'ValidationException'],
    [
      'a part of a name',
      filter({ Dimensions: { Key: 'SERVICE', Values: ['Bedrock'], MatchOptions: ['CONTAINS'] } }),
      'ValidationException',
    ],
    [
      'two roots',
      filter({ Dimensions: { Key: 'SERVICE', Values: ['a'] }, Tags: { Key: 'b', Values: ['c'] } }),
      'more than one roots',
    ],
    ['one of an and', filter({ And: [{ Dimensions: { Key: 'SERVICE', Values: ['a'] } }] }), 'ValidationException'],
  ])('refuses %s', async (_, args, code) => {
    await expect(usage(...args)).rejects.toThrow(code)
  })

  test.each([
    ['Start=2026-11-20,End=2026-11-20', 'before end date'],
    ['Start=2025-01-01,End=2026-11-20', '14 months'],
    ['Start=2026-11-01,End=2026-12-20', 'tomorrow'],
  ])('refuses the period %s', async (period, why) => {
    const asked = ce(
      'get-cost-and-usage',
      '--time-period',
      period,
      '--granularity',
      'DAILY',
      '--metrics',
      'UnblendedCost',
    )
    await expect(asked).rejects.toThrow(why)
  })
})
