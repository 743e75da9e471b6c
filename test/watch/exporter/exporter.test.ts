import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { playLogged } from '../../../src/cli/commands/sandbox/traffic.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Warning } from '../../../src/core/events.ts'
import { logs } from '../../../src/report/sources/logs/index.ts'
import { priceLoader } from '../../../src/report/sources/prices.ts'
import { parseTeams } from '../../../src/report/teams/rules.ts'
import { HOUR_MS, MINUTE_MS } from '../../../src/report/window.ts'
import { FAULT_KINDS } from '../../../src/sandbox/faults.ts'
import { createPlayer, featureTraffic, generateTraffic, type Invocation } from '../../../src/sandbox/traffic.ts'
import { openMetricsText } from '../../../src/text/openmetrics.ts'
import { createCallers } from '../../../src/watch/exporter/callers.ts'
import { createExporter, type Exporter, type ExporterRequest } from '../../../src/watch/exporter/exporter.ts'
import { parseSaved, savedText } from '../../../src/watch/exporter/ledger.ts'
import { samplesOf } from '../../../src/watch/exporter/samples.ts'
import { parseMetrics, type ReadSample, sumOf } from '../../support/openmetrics.ts'
import { report } from '../../support/report.ts'
import { THIRD } from '../../support/share.ts'
import { createWorld, REGION, type World } from '../../support/world.ts'

let world: World
let play: (calls: readonly Invocation[]) => unknown
let seed = 0

beforeEach(async () => {
  world = await createWorld({ maxAttempts: 1 })
  play = createPlayer(world.sandbox.services)
  seed = 0
})
afterEach(() => world.close())

const placeOf = () => ({ account: world.sandbox.account, region: REGION, cx: world.cx })

/** Time goes by, with calls in it. */
function pass(minutes: number, { calls = true } = {}): void {
  const start = world.cx.clock.now()
  world.pass(minutes * MINUTE_MS)
  if (!calls) return
  seed += 1
  const { account } = world.sandbox
  const end = world.cx.clock.now()
  play(generateTraffic({ seed, start, end, account, region: REGION, invocationsPerHour: 1_200, steady: true }))
}

function exporterOf(more: Partial<ExporterRequest> = {}): Exporter {
  return createExporter({
    places: [placeOf()],
    prices: priceLoader(),
    intervalMs: 5 * MINUTE_MS,
    budgetName: 'bedrock-monthly',
    teams: { ofModels: undefined, ofCallers: undefined },
    accounts: [],
    ...more,
  })
}

const samples = (exporter: Exporter): ReadSample[] =>
  parseMetrics(openMetricsText(samplesOf(exporter.told(), { version: '1.2.3' })))

/** What a restart leaves of it. */
const reopened = (exporter: Exporter, more: Partial<ExporterRequest> = {}): Exporter =>
  exporterOf({ saved: parseSaved(savedText(exporter.saved())), ...more })

/** Refreshed until all calls so far are settled and read again. */
async function settled(exporter: Exporter): Promise<void> {
  for (let reads = 0; reads < 5; reads += 1) {
    pass(5, { calls: false })
    await exporter.refresh()
  }
}

/** Holds what is counted against the report of the same time. */
async function asReported(exporter: Exporter): Promise<void> {
  const found = samples(exporter)
  const time = (name: string) =>
    sumOf(found, `bedrock_monitor_counted_${name}_timestamp_seconds`, { source: 'metrics' }) * 1_000
  const window = { start: time('from'), end: time('to') }
  const { groups, total } = (
    await report(world.cx, {
      source: { name: 'metrics', accountId: world.sandbox.account, places: [placeOf()], window },
    })
  ).report
  expect(total.invocations).toBeGreaterThan(0)
  for (const { key, ...usage } of groups) {
    const of = (name: string, labels = {}) => sumOf(found, name, { model: key.model ?? '', ...labels })
    expect({
      model: key.model,
      invocations: of('bedrock_invocations_total'),
      inputTokens: of('bedrock_tokens_total', { type: 'input' }),
      outputTokens: of('bedrock_tokens_total', { type: 'output' }),
      cacheReadTokens: of('bedrock_tokens_total', { type: 'cache_read' }),
      cacheWriteTokens: of('bedrock_tokens_total', { type: 'cache_write' }),
      images: of('bedrock_images_total'),
      clientErrors: of('bedrock_errors_total', { kind: 'client' }),
      serverErrors: of('bedrock_errors_total', { kind: 'server' }),
      throttles: of('bedrock_throttles_total'),
      costUsd: Number(of('bedrock_cost_usd_total').toFixed(9)),
      average: Math.round(of('bedrock_latency_seconds_sum') * 1_000),
    }).toEqual({
      model: key.model,
      invocations: usage.invocations,
      inputTokens: usage.inputTokens,
      outputTokens: usage.outputTokens,
      cacheReadTokens: usage.cacheReadTokens,
      cacheWriteTokens: usage.cacheWriteTokens,
      images: usage.images,
      clientErrors: usage.clientErrors,
      serverErrors: usage.serverErrors,
      throttles: usage.throttles,
      costUsd: usage.costUsd ?? 0,
      average: Math.round((usage.latencyMs.avg ?? 0) * of('bedrock_latency_seconds_count')),
    })
  }
  expect(sumOf(found, 'bedrock_invocations_total')).toBe(total.invocations)
}

describe('counters', () => {
  test('are what a report of the same time says, to the token and the nano-dollar', async () => {
    const exporter = exporterOf()
    for (let reads = 0; reads < 6; reads += 1) {
      await exporter.refresh()
      pass(5)
    }
    await settled(exporter)
    await asReported(exporter)
  })

  test('begin at the start of the exporter, not with what was before', async () => {
    pass(30)
    const exporter = exporterOf()
    await exporter.refresh()
    expect(sumOf(samples(exporter), 'bedrock_invocations_total')).toBe(0)
    expect(samples(exporter).filter(({ name }) => name === 'bedrock_invocations_total').length).toBeGreaterThan(2)
  })

  test('survive a restart at any time: nothing is lost, nothing counted twice', async () => {
    let exporter = exporterOf()
    for (let reads = 0; reads < 6; reads += 1) {
      await exporter.refresh()
      exporter = reopened(exporter)
      pass(7)
    }
    await settled(exporter)
    await asReported(exporter)
  })

  test('catch up with hours in which it did not run', async () => {
    const exporter = exporterOf()
    await exporter.refresh()
    for (let hours = 0; hours < 5; hours += 1) pass(60)
    const later = reopened(exporter)
    await later.refresh()
    await settled(later)
    await asReported(later)
  })

  test('begin anew after more than a day, and say so', async () => {
    const exporter = exporterOf()
    pass(10)
    await exporter.refresh()
    pass(25 * 60, { calls: false })
    const later = reopened(exporter)
    expect(await later.refresh()).toContainEqual(expect.objectContaining({ code: 'exporter-anew' }))
    expect(sumOf(samples(later), 'bedrock_invocations_total')).toBe(0)
  })

  test('begin anew where the clock was put back by hours, and say so', async () => {
    const exporter = exporterOf()
    await exporter.refresh()
    const saved = exporter.saved()
    for (const ledger of saved.ledgers.values()) ledger.through += 5 * HOUR_MS
    const later = reopened(exporter)
    expect((await later.refresh()).map(({ message }) => message)).toContain(
      'the counters of us-east-1 begin at 0 again: what was read last is in the future',
    )
    pass(10)
    await settled(later)
    await asReported(later)
  })

  test('wait while AWS fails, with `up` at 0, and catch up when it does no longer', async () => {
    const exporter = exporterOf()
    await exporter.refresh()
    pass(10)
    await exporter.refresh()
    const before = sumOf(samples(exporter), 'bedrock_invocations_total')
    expect(before).toBeGreaterThan(0)
    const said: Warning[] = []
    world.sandbox.faults.push({
      kind: 'access-denied',
      service: 'cloudwatch',
      operation: 'GetMetricData',
      count: 1_000,
    })
    for (let reads = 0; reads < 20; reads += 1) {
      pass(5)
      said.push(...(await exporter.refresh()))
      expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(0)
      expect(sumOf(samples(exporter), 'bedrock_invocations_total')).toBe(before)
    }
    world.sandbox.faults.length = 0
    said.push(...(await exporter.refresh()))
    expect(said.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^us-east-1 could not be read, so its counters wait: .*GetMetricData/),
      'us-east-1: read again, with what was missed',
    ])
    expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(1)
    await settled(exporter)
    await asReported(exporter)
  })

  test('an account that could not be opened is not up, too', async () => {
    const error = new AppError('credentials', 'AccessDenied', 'no role to read it with')
    const exporter = exporterOf({ accounts: [{ id: '111122223333' }, { id: '200000000001', error }] })
    await exporter.refresh()
    expect(samples(exporter).filter(({ name }) => name === 'bedrock_monitor_up')).toEqual([
      expect.objectContaining({ labels: { account: '111122223333', region: REGION, source: 'metrics' }, value: 1 }),
      expect.objectContaining({ labels: { account: '200000000001', source: 'metrics' }, value: 0 }),
    ])
  })

  test('are of each place: one that fails holds up no other', async () => {
    const there = { ...placeOf(), region: 'eu-west-1', cx: world.cx.in('eu-west-1') }
    const exporter = exporterOf({ places: [placeOf(), there] })
    await exporter.refresh()
    pass(10)
    world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetMetricData', count: 1 })
    await exporter.refresh()
    expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(1)
    await settled(exporter)
    expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(2)
    expect(sumOf(samples(exporter), 'bedrock_invocations_total', { region: REGION })).toBeGreaterThan(0)
  })
})

describe('what is used besides models', () => {
  /** Puts a day of it so that its end is now. */
  const put = (minutes: number) => {
    const { account } = world.sandbox
    const end = world.cx.clock.now()
    const options = { account, region: REGION, callsPerHour: 60 }
    const samples = featureTraffic({ seed: minutes, start: end - minutes * MINUTE_MS, end, ...options })
    for (const sample of samples) world.sandbox.services.cloudwatch.putMetric(REGION, sample)
    return samples
  }
  const GUARDRAIL = { feature: 'guardrails' }
  const calls = (exporter: Exporter, labels = {}) =>
    sumOf(samples(exporter), 'bedrock_feature_invocations_total', labels)

  test('is counted by resource, over failures and restarts, with the cost of what guardrails checked', async () => {
    put(20)
    const prices = priceLoader({ places: [placeOf()], live: {} })
    let exporter = exporterOf({ prices })
    await exporter.refresh()
    expect(calls(exporter)).toBe(0)
    expect(samples(exporter).filter(({ name }) => name === 'bedrock_feature_invocations_total').length).toBeGreaterThan(
      2,
    )
    const readAt = () => sumOf(samples(exporter), 'bedrock_monitor_last_read_timestamp_seconds', { source: 'features' })
    const listedAt = readAt()
    pass(1, { calls: false })
    await exporter.refresh()
    // No minute is over for long enough: nothing was asked for.
    expect(readAt()).toBe(listedAt)
    pass(10, { calls: false })
    const counted = put(10)
    await exporter.refresh()
    expect(readAt()).toBeGreaterThan(listedAt)
    const truth = (name: string, of: string) =>
      counted
        .filter(
          (one) =>
            one.namespace.endsWith('Guardrails') &&
            one.name === name &&
            one.dimensions?.map(({ Name }) => Name).join() === of,
        )
        .reduce((sum, { value }) => sum + value, 0)
    pass(2, { calls: false })
    world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetMetricData', count: 4 })
    await exporter.refresh()
    await exporter.refresh()
    exporter = reopened(exporter, { prices })
    await settled(exporter)
    const inline = 'InvokeInlineAgent'
    const agents = counted.filter(({ name, dimensions }) => name === 'InvocationCount' && dimensions?.length === 1)
    const ofInline = agents.filter(({ dimensions }) => dimensions?.[0]?.Value === inline)
    expect(ofInline.length).toBeGreaterThan(0)
    expect(calls(exporter, { feature: 'agents' })).toBe(agents.length)
    expect(calls(exporter, GUARDRAIL)).toBe(truth('Invocations', 'Operation'))
    expect(sumOf(samples(exporter), 'bedrock_guardrail_text_units_total')).toBe(truth('TextUnitCount', 'Operation'))
    const units = sumOf(samples(exporter), 'bedrock_guardrail_policy_text_units_total', { policy: 'ContentPolicy' })
    const cost = sumOf(samples(exporter), 'bedrock_guardrail_cost_usd_total', { policy: 'ContentPolicy' })
    expect(cost).toBeCloseTo(units * 0.00015, 9)
    // Word filters are free, and what filters of personal data cost is not known.
    const totals = samples(exporter).filter(({ name }) => name.endsWith('_total'))
    const free = totals.filter(({ labels }) => labels.policy === 'WordPolicy')
    expect(free.map(({ name, value }) => [name, Number(value) > 0])).toEqual([
      ['bedrock_guardrail_policy_text_units_total', true],
      ['bedrock_guardrail_cost_usd_total', false],
    ])
    const unknown = totals.filter(({ labels }) => labels.policy === 'SensitiveInformationPolicy')
    expect(unknown.map(({ name }) => name)).toEqual(['bedrock_guardrail_policy_text_units_total'])
    expect(sumOf(samples(exporter), 'bedrock_monitor_up', { source: 'features' })).toBe(1)
    const before = calls(exporter)
    exporter = reopened(exporter)
    await settled(exporter)
    expect(calls(exporter)).toBe(before)
  })

  test('has a bounded number of names', async () => {
    const put = (of: number) => {
      const common = { namespace: 'AWS/Bedrock/Flows', name: 'Invocations', timestamp: world.cx.clock.now(), value: 1 }
      for (let index = 0; index < of; index += 1) {
        const dimensions = [{ Name: 'FlowArn', Value: `flow-${index}` }]
        world.sandbox.services.cloudwatch.putMetric(REGION, { ...common, dimensions })
      }
    }
    put(100)
    const exporter = exporterOf()
    await exporter.refresh()
    pass(20, { calls: false })
    put(130)
    await settled(exporter)
    const found = samples(exporter).filter(({ name }) => name === 'bedrock_feature_invocations_total')
    expect(found.length).toBe(101)
    expect([calls(exporter), calls(exporter, { resource: 'other' })]).toEqual([230, 30])
  })
})

describe('whatever fails for a while', () => {
  beforeEach(async () => {
    await world.close()
    world = await createWorld({ maxAttempts: 1, requestTimeoutMs: 5_000 })
    play = createPlayer(world.sandbox.services)
  })

  const CALLS = [
    ['cloudwatch', 'ListMetrics'],
    ['cloudwatch', 'GetMetricData'],
    ['quotas', 'ListServiceQuotas'],
    ['budgets', 'DescribeBudget'],
    ['bedrock', 'ListInferenceProfiles'],
  ] as const

  test.each(THIRD.of(CALLS.flatMap((call) => FAULT_KINDS.map((kind) => [...call, kind] as const))))(
    '%s %s: %s',
    async (service, operation, kind) => {
      const exporter = exporterOf()
      await exporter.refresh()
      pass(5)
      world.sandbox.faults.push({ kind, service, operation, from: 1 + (seed % 2), count: 3 })
      for (let reads = 0; reads < 4; reads += 1) {
        await exporter.refresh()
        pass(5)
      }
      world.sandbox.faults.length = 0
      await settled(exporter)
      expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(1)
      await asReported(exporter)
    },
  )
})

describe('gauges', () => {
  test('latencies are quantiles of the last minutes, in seconds, and gone when nothing is called', async () => {
    const exporter = exporterOf()
    await exporter.refresh()
    pass(10)
    await exporter.refresh()
    const of = (quantile: string) =>
      samples(exporter).filter((one) => one.name === 'bedrock_latency_seconds' && one.labels.quantile === quantile)
    expect(of('0.5').length).toBeGreaterThan(0)
    for (const { value, labels } of of('0.5')) {
      expect(value).toBeLessThan(60)
      const slowest = of('0.99').find((one) => one.labels.model === labels.model)
      expect(slowest?.value).toBeGreaterThanOrEqual(value)
    }
    expect(sumOf(samples(exporter), 'bedrock_time_to_first_token_seconds')).toBeGreaterThan(0)
    pass(30, { calls: false })
    await exporter.refresh()
    expect(of('0.5')).toEqual([])
  })

  test('quotas are shares of what is allowed', async () => {
    const exporter = exporterOf()
    pass(10)
    await exporter.refresh()
    const quotas = samples(exporter).filter(({ name }) => name === 'bedrock_quota_used_ratio')
    expect(new Set(quotas.map(({ labels }) => labels.quota))).toEqual(
      new Set(['tokens_per_minute', 'requests_per_minute']),
    )
    for (const { value, labels } of quotas) {
      expect(value).toBeGreaterThanOrEqual(0)
      expect(value).toBeLessThan(10)
      expect(labels).toMatchObject({ account: world.sandbox.account, region: REGION, model: expect.any(String) })
    }
  })

  test("the budget of setup is told, and a team's", async () => {
    await world.setup({}, undefined, { budgetUsd: 50, email: 'ops@example.com' })
    const exporter = exporterOf()
    await exporter.refresh()
    expect(sumOf(samples(exporter), 'bedrock_budget_limit_usd', { budget: 'bedrock-monthly' })).toBe(50)
    const teams = parseTeams({ rules: [{ team: 'search', model: '*nova*' }], budgets: { search: 12.5 } }, 'test')
    const told = parseMetrics(openMetricsText(samplesOf(exporter.told(), { teams, version: '1' })))
    expect(sumOf(told, 'bedrock_team_budget_usd', { team: 'search' })).toBe(12.5)
  })

  test('a budget that may not be read is said once, and nothing else suffers', async () => {
    const exporter = exporterOf()
    world.sandbox.faults.push({ kind: 'access-denied', service: 'budgets', count: 1_000 })
    expect(await exporter.refresh()).toContainEqual(expect.objectContaining({ code: 'budgets-not-told' }))
    pass(10)
    expect(await exporter.refresh()).toEqual([])
    expect(sumOf(samples(exporter), 'bedrock_monitor_up')).toBe(1)
  })

  test('what its reads cost is counted, over restarts, too', async () => {
    const exporter = exporterOf()
    pass(10)
    await exporter.refresh()
    const first = sumOf(samples(exporter), 'bedrock_monitor_aws_cost_usd_total')
    const calls = world.sandbox.calls.filter(({ operation }) => operation === 'GetMetricData')
    expect(calls.length).toBeGreaterThan(0)
    expect(first).toBeGreaterThan(0)
    expect(exporter.dailyUsd()).toBeCloseTo(first * 288)
    const later = reopened(exporter)
    await later.refresh()
    expect(sumOf(samples(later), 'bedrock_monitor_aws_cost_usd_total')).toBeGreaterThan(first)
  })
})

test('teams are a label where metrics tell them', async () => {
  const { rules } = parseTeams({ rules: [{ team: 'small', model: '*nova*' }] }, 'test')
  const exporter = exporterOf({ teams: { ofModels: rules, ofCallers: undefined } })
  await exporter.refresh()
  pass(20)
  await settled(exporter)
  const calls = samples(exporter).filter(({ name }) => name === 'bedrock_invocations_total')
  for (const { labels } of calls) expect(labels.team).toBe(labels.model?.includes('nova') ? 'small' : 'unallocated')
  expect(sumOf(calls, 'bedrock_invocations_total', { team: 'small' })).toBeGreaterThan(0)
})

describe('callers', () => {
  const signIn = async () => ({ places: [placeOf()], settings: world.env.settings, given: new Set(['logGroupName']) })
  const callersOf =
    (by: string): NonNullable<ExporterRequest['callers']> =>
    (saved) =>
      createCallers(world.cx, { by, also: [], open: () => logs.open({ cx: world.cx, signIn }, {}) }, saved)

  const inLog = async (by: string, window: { start: number; end: number }) => {
    const source = { name: 'logs', accountId: world.sandbox.account, places: [placeOf()], window }
    return (await report(world.cx, { source, by: [by] })).report
  }

  test('are counted from the log, as a report of it says, over a restart, too', async () => {
    play = playLogged(world.sandbox, world.cx.clock.now())
    let exporter = exporterOf({ callers: callersOf('role') })
    for (let reads = 0; reads < 8; reads += 1) {
      await exporter.refresh()
      if (reads === 4) exporter = reopened(exporter, { callers: callersOf('role') })
      pass(5)
    }
    await settled(exporter)
    const found = samples(exporter)
    const time = (name: string) =>
      sumOf(found, `bedrock_monitor_counted_${name}_timestamp_seconds`, { source: 'logs' }) * 1_000
    const { groups, total } = await inLog('role', { start: time('from'), end: time('to') })
    expect(groups.length).toBeGreaterThan(1)
    for (const { key, invocations, inputTokens, costUsd } of groups) {
      const caller = { caller: key.role || 'none' }
      expect(sumOf(found, 'bedrock_caller_invocations_total', caller)).toBe(invocations)
      expect(sumOf(found, 'bedrock_caller_tokens_total', { ...caller, type: 'input' })).toBe(inputTokens)
      expect(sumOf(found, 'bedrock_caller_cost_usd_total', caller)).toBeCloseTo(costUsd ?? 0, 8)
    }
    expect(sumOf(found, 'bedrock_caller_invocations_total')).toBe(total.invocations)
  })

  test('wait where the log cannot be read; what the metrics tell goes on', async () => {
    play = playLogged(world.sandbox, world.cx.clock.now())
    const exporter = exporterOf({ callers: callersOf('role') })
    await exporter.refresh()
    world.sandbox.faults.push({ kind: 'access-denied', service: 'logs', operation: 'StartQuery', count: 1_000 })
    pass(30)
    expect(await exporter.refresh()).toContainEqual(expect.objectContaining({ code: 'exporter-behind' }))
    expect(sumOf(samples(exporter), 'bedrock_monitor_up', { source: 'logs' })).toBe(0)
    expect(sumOf(samples(exporter), 'bedrock_monitor_up', { source: 'metrics' })).toBe(1)
    world.sandbox.faults.length = 0
    pass(30)
    await exporter.refresh()
    expect(sumOf(samples(exporter), 'bedrock_monitor_up', { source: 'logs' })).toBe(1)
    expect(sumOf(samples(exporter), 'bedrock_caller_invocations_total')).toBeGreaterThan(0)
  })

  test('begin anew after more than a day, and say so', async () => {
    const before = exporterOf({ callers: callersOf('role') })
    await before.refresh()
    pass(25 * 60, { calls: false })
    const exporter = reopened(before, { callers: callersOf('role') })
    expect((await exporter.refresh()).map(({ message }) => message)).toContain(
      'the counters of the invocation log begin at 0 again: what was read last is more than 24 hours old',
    )
  })

  test('are a hundred at most: others are counted together, and that is said', async () => {
    const row = (name: string) => ({
      dimensions: { model: 'amazon.nova-pro-v1:0', account: '1', region: REGION, user: name },
      start: world.cx.clock.now(),
      counters: {
        invocations: 1,
        clientErrors: 0,
        serverErrors: 0,
        throttles: 0,
        inputTokens: 10,
        outputTokens: 0,
        cacheReadTokens: 0,
        cacheWriteTokens: 0,
        images: 0,
      },
      latency: { sumMs: 0, samples: 0, maxMs: null },
      timeToFirstToken: { sumMs: 0, samples: 0, maxMs: null },
    })
    const rows = Array.from({ length: 150 }, (_, index) => row(`user-${index}`))
    const read = async ({ window }: { window: { start: number; end: number } }) => ({
      window,
      rows,
      percentiles: [],
      warnings: [],
      accounts: [],
      regions: [],
      incomplete: false,
    })
    const exporter = exporterOf({
      callers: (saved) =>
        createCallers(world.cx, { by: 'user', also: [], open: async () => ({ places: [], read }) }, saved),
    })
    pass(20)
    expect(await exporter.refresh()).toContainEqual(expect.objectContaining({ code: 'exporter-callers' }))
    const found = samples(exporter).filter(({ name }) => name === 'bedrock_caller_invocations_total')
    expect(found.length).toBeLessThanOrEqual(101)
    expect(sumOf(found, 'bedrock_caller_invocations_total')).toBe(150)
    expect(sumOf(found, 'bedrock_caller_invocations_total', { caller: 'other' })).toBeGreaterThan(40)
    pass(30)
    expect(await exporter.refresh()).toEqual([])
    expect(sumOf(samples(exporter), 'bedrock_caller_invocations_total')).toBe(300)
  })
})

test('one that is interrupted ends', async () => {
  const exporter = exporterOf()
  world.abort.abort(new DOMException('gone', 'AbortError'))
  await expect(exporter.refresh()).rejects.toMatchObject({ kind: 'interrupted' })
})

test('an hour of reads asks CloudWatch for what is new, and lists models each quarter of it', async () => {
  const exporter = exporterOf()
  pass(5)
  await exporter.refresh()
  world.sandbox.calls.length = 0
  for (let at = 0; at < HOUR_MS; at += 5 * MINUTE_MS) {
    pass(5)
    await exporter.refresh()
  }
  const lists = world.sandbox.calls.filter(({ operation }) => operation === 'ListMetrics')
  expect(lists.length).toBeLessThanOrEqual(2 * 4 + 2 + 4 * 3)
})
