import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DeleteModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bucketNameOf } from '../../../src/aws/log-bucket.ts'
import { COUNTERS, type Counters } from '../../../src/report/model.ts'
import { attemptsInMetrics, attemptsInRecords, errorRate } from '../../../src/report/tally.ts'
import type { Report } from '../../../src/report/view.ts'
import type { Invocation } from '../../../src/sandbox/traffic.ts'
import { CALLERS } from '../../support/callers.ts'
import { nearestRank } from '../../support/fake-cloudwatch.ts'
import {
  download,
  exportGroup,
  type LoggedTraffic,
  playLogged,
  sourcesOf,
  withLoggedLatency,
} from '../../support/logged-traffic.ts'
import { report, type SourceRequest } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { THIRD } from '../../support/share.ts'
import { type Sums, sumsBy } from '../../support/truth.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

const KEYS: Record<string, (call: Invocation) => string> = {
  model: (call) => call.modelId,
  account: (call) => call.account,
  region: (call) => call.region,
  identity: (call) => call.identity,
  role: (call) => CALLERS.find(({ arn }) => arn === call.identity)?.role ?? '',
  user: (call) => CALLERS.find(({ arn }) => arn === call.identity)?.user ?? '',
  operation: (call) => call.operation,
  profile: (call) => (/^(us|global)\./.test(call.modelId) ? call.modelId : ''),
  hour: (call) => `${new Date(call.time).toISOString().slice(0, 13)}:00Z`,
  day: (call) => new Date(call.time).toISOString().slice(0, 10),
  'metadata:team': (call) => call.metadata?.team ?? '',
}
const WITH_LAKE = { isSetUp: true, settings: { lake: true } } as const
const KNOWN_TO_METRICS = ['model', 'account', 'region', 'profile', 'hour', 'day']

const counted = (sums: Sums | undefined) =>
  Object.fromEntries(COUNTERS.map((counter) => [counter, sums?.[counter] ?? 0]))

function holds(said: Report, { invocations }: Pick<LoggedTraffic, 'invocations'>, by: readonly string[]): void {
  expect(schemaFaults(said)).toEqual([])
  const expected = sumsBy(invocations, (call) => JSON.stringify(by.map((name) => KEYS[name]?.(call))))
  expect(said.total).toMatchObject(counted(sumsBy(invocations, () => '').get('')))
  const groups = said.groups.map(({ key }) => JSON.stringify(by.map((name) => key[name])))
  // By time alone, an hour or a day in which nothing was called is a group, too: of zeros, as is seen below.
  const isByTime = by.every((name) => name === 'hour' || name === 'day')
  expect(groups.filter((key) => !isByTime || expected.has(key)).sort()).toEqual([...expected.keys()].sort())
  for (const group of said.groups) {
    expect(group).toMatchObject(counted(expected.get(JSON.stringify(by.map((name) => group.key[name])))))
  }
}

function holdsDurations(said: Report, calls: readonly Invocation[]): void {
  const logged = withLoggedLatency(calls)
  const latencies = logged.map(({ latencyMs = 0 }) => latencyMs)
  expect(said.total.latencyMs).toMatchObject(percentiles(latencies))
  expect(said.total.latencyMs.avg ?? 0).toBeCloseTo(average(latencies), 3)
  expect(said.total.latencyMs.max).toBe(latencies.length === 0 ? null : Math.max(...latencies))
  const streamed = logged.filter(({ operation }) => operation === 'InvokeModelWithResponseStream')
  expect(said.total.timeToFirstTokenMs).toMatchObject(
    percentiles(streamed.map(({ timeToFirstTokenMs = 0 }) => timeToFirstTokenMs)),
  )
  for (const group of said.groups) {
    const ofModel = logged.filter(({ modelId }) => modelId === group.key.model)
    expect(group.latencyMs).toMatchObject(percentiles(ofModel.map(({ latencyMs = 0 }) => latencyMs)))
  }
}

const percentiles = (values: readonly number[]) =>
  Object.fromEntries([50, 90, 99].map((at) => [`p${at}`, values.length === 0 ? null : nearestRank(values, at)]))
const average = (values: readonly number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length

async function inFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
  try {
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** What every source says of the same calls. The folder of files has both deliveries: of each call the bucket's and the log group's. */
async function askAll(world: World, played: LoggedTraffic, by: readonly string[]): Promise<Record<string, Report>> {
  return inFolder(async (folder) => {
    await download(world, folder)
    await exportGroup(world, join(folder, '000000.gz'))
    const said: Record<string, Report> = {}
    for (const [name, source] of Object.entries(sourcesOf(world, played.window, folder))) {
      if (name === 'metrics' && !by.every((one) => KNOWN_TO_METRICS.includes(one))) continue
      const { report: one, error } = await report(world.cx, { source, by })
      expect([name, error]).toEqual([name, undefined])
      const attempts = name === 'metrics' ? attemptsInMetrics : attemptsInRecords
      expect([name, one.total.errorRate]).toEqual([name, errorRate(one.total as Counters, attempts)])
      said[name] = one
    }
    return said
  })
}

test(
  'the sources tell the truth about the same calls to the token, whatever the seed and the window, and however often and late records come',
  () =>
    fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 300 }), fc.boolean(), (seed, hours, isUnsteady) =>
        inWorld(WITH_LAKE, async (world) => {
          const played = playLogged(world, { seed, hours, perHour: 120 / hours, isUnsteady })
          const said = await askAll(world, played, ['model'])
          for (const one of Object.values(said)) holds(one, played, ['model'])
          for (const name of ['logs', 's3', 'athena', 'file']) holdsDurations(said[name] as Report, played.invocations)
        }),
      ),
      { numRuns: THIRD.runs(10) },
    ),
  120_000,
)

test('doubles are told of, and nothing is taken to be missing', () =>
  inWorld(WITH_LAKE, async (world) => {
    const played = playLogged(world, { seed: 5, hours: 6, perHour: 40, isUnsteady: true })
    const said = await askAll(world, played, ['model'])
    const told = (name: string) => said[name]?.warnings.filter(({ code }) => code === 'records-double')
    for (const [name, one] of Object.entries(said)) {
      holds(one, played, ['model'])
      expect([name, told(name)?.length]).toEqual([name, ['s3', 'athena', 'file'].includes(name) ? 1 : 0])
    }
    // What is called once logging is off is in no log: no gate passes.
    await world.cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    const { logGroupName: logGroup, keyPrefix } = world.env.settings
    const bucket = bucketNameOf(world.env)
    for (const { name, ...named } of [
      { name: 'logs' },
      { name: 's3' },
      { name: 'athena' },
      // What is named is no better known.
      { name: 'logs', logGroup },
      { name: 's3', bucket, keyPrefix },
    ]) {
      const source = { name, ...named, accountId: world.sandbox.account, places: [{ region: REGION, cx: world.cx }] }
      const { report: late, error } = await report(world.cx, { source, window: played.window })
      expect([name, late.total.costIsFloor, error]).toEqual([name, true, undefined])
      expect(late.total.inputTokens).toBe(said[name]?.total.inputTokens)
      expect(late.warnings).toContainEqual({
        code: 'region-not-logged',
        message: expect.stringContaining(`logged in ${REGION}`),
      })
    }
    // Each once in the group, and again in the bucket wherever it came twice there.
    const again = Number(told('s3')?.[0]?.message.split(' ')[0])
    expect(told('file')?.[0]?.message).toMatch(new RegExp(`^${played.invocations.length + again} records`))
    expect(again).toBeGreaterThan(0)
  }))

test('they agree however it is grouped', () =>
  inWorld(WITH_LAKE, async (world) => {
    const played = playLogged(world, { seed: 11, hours: 30, perHour: 30 })
    for (const by of [
      ['identity'],
      ['operation', 'model'],
      ['profile'],
      ['region', 'metadata:team'],
      ['account', 'model'],
      ['hour'],
      ['model', 'day'],
    ]) {
      for (const one of Object.values(await askAll(world, played, by))) holds(one, played, by)
    }
  }))

test('they agree on who called, whatever the form of the identity', () =>
  inWorld({ settings: { lake: true } }, async (world) => {
    await world.setup()
    const identities = CALLERS.map(({ arn }) => ({ arn, weight: 1 }))
    const played = playLogged(world, { seed: 12, hours: 6, perHour: 60, identities })
    for (const by of [['role'], ['user'], ['role', 'user', 'model']]) {
      for (const one of Object.values(await askAll(world, played, by))) holds(one, played, by)
    }
    const only = (source: SourceRequest) =>
      report(world.cx, { source, by: ['user'], where: { role: ['AWSReservedSSO_*', 'Web'] } })
    const { logs, s3, athena } = sourcesOf(world, played.window, '')
    const fitting = played.invocations.filter((call) => /^(AWSReservedSSO_|Web)/.test(KEYS.role?.(call) ?? ''))
    for (const source of [logs, s3, athena])
      holds((await only(source as SourceRequest)).report, { invocations: fitting }, ['user'])
  }))
