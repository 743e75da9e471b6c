import { gzipSync } from 'node:zlib'
import { UpdateWorkGroupCommand } from '@aws-sdk/client-athena'
import { DeleteTableCommand } from '@aws-sdk/client-glue'
import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { bucketNameOf } from '../../../../src/aws/log-bucket.ts'
import { COUNTERS } from '../../../../src/report/model.ts'
import { parseOverrides } from '../../../../src/report/prices/overrides.ts'
import { parseTeams } from '../../../../src/report/teams/rules.ts'
import type { Report } from '../../../../src/report/view.ts'
import { DAY_MS, lastHours } from '../../../../src/report/window.ts'
import { DEFAULT_MODELS } from '../../../../src/sandbox/traffic/models.ts'
import { callModels } from '../../../support/everything.ts'
import { converse, type RecordOptions, recordLine } from '../../../support/invocation-records.ts'
import { playLogged, sourcesOf } from '../../../support/logged-traffic.ts'
import { report, type SourceRequest } from '../../../support/report.ts'
import { THIRD } from '../../../support/share.ts'
import { inWorld, REGION, type World } from '../../../support/world.ts'

const OWN = '111122223333'
const OTHER = '444455556666'
const lake = (settings: Record<string, unknown> = {}) =>
  ({ isSetUp: true, settings: { lake: true, ...settings } }) as const

const athena = ({ sandbox, cx }: World, hours = 6): SourceRequest => ({
  name: 'athena',
  accountId: sandbox.account,
  places: [{ region: REGION, cx }],
  window: lastHours(cx.clock.now(), hours),
})

/** Puts records into the folder of the hour in which they are delivered. */
function deliver(world: World, lines: readonly string[], { account = OWN, at = world.cx.clock.now() - 60_000 } = {}) {
  const time = new Date(at).toISOString()
  const folder = `bedrock-logs/AWSLogs/${account}/BedrockModelInvocationLogs/${REGION}/${time.slice(0, 13).replace(/[-T]/g, '/')}`
  const key = `${folder}/${time.replace(/[-:.]/g, '')}_0123456789abcdef.json.gz`
  world.sandbox.services.s3.putObject(bucketNameOf(world.env), key, gzipSync(`${lines.join('\n')}\n`))
}

const ago = ({ cx }: World) => new Date(cx.clock.now() - 60_000).toISOString().replace(/\.\d+Z/, 'Z')
const codes = ({ warnings }: Report) => warnings.map(({ code }) => code)
const called = ({ sandbox }: World, operation: string) => sandbox.calls.filter((call) => call.operation === operation)

const numbersOf = ({ total, groups }: Report) =>
  [total, ...groups]
    .map((usage) => ({
      key: JSON.stringify('key' in usage ? usage.key : {}),
      latency: [usage.latencyMs, usage.timeToFirstTokenMs].map(({ avg, ...rest }) => [
        Math.round((avg ?? 0) * 100),
        rest,
      ]),
      costUsd: usage.costUsd,
      ...Object.fromEntries(COUNTERS.map((counter) => [counter, usage[counter]])),
    }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))

const BY = [
  'model',
  'region',
  'role',
  'user',
  'identity',
  'operation',
  'profile',
  'metadata:team',
  'hour',
  'day',
  'week',
]

describe('a report with Athena', () => {
  it.each([[[]], [['model', 'day']]])('counts records whose time does not exist, and leaves them out, by %j', (by) =>
    inWorld(lake(), async (world) => {
      const line = (tokens: number, timestamp: string) =>
        JSON.stringify({ ...JSON.parse(converse(tokens, 1, tokens)), timestamp, requestId: `r${tokens}` })
      deliver(world, [line(7, ago(world)), line(900, '2026-02-30T10:00:00Z'), line(5_000, '2026-11-20T25:61:00Z')])
      const { report: told, error } = await report(world.cx, { source: athena(world), by })
      expect(told.total.inputTokens).toBe(7)
      expect(told.total.latencyMs).toMatchObject({ p50: 7, max: 7 })
      const timeless = told.warnings.filter(({ code }) => code === 'not-a-record')
      expect(timeless.map(({ message }) => message)).toEqual([expect.stringMatching(/^2 records .* does not exist/)])
      expect(error?.kind).toBe('partial')
    }),
  )

  it(
    'tells of any traffic what reading every object tells, however it is grouped, filtered and counted',
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.subarray(BY, { minLength: 1, maxLength: 3 }),
          fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
          fc.constantFrom<Record<string, string[]>>(
            {},
            { model: ['*CLAUDE*', 'amazon.nova-?ro*'] },
            { operation: ['converse*'], profile: ['us.*', ''] },
            { user: ["o'hara", '*@*', ''] },
            { 'metadata:team': ['s%', '_earch', 'sea?ch'] },
          ),
          fc.integer({ min: 2, max: 200 }),
          (seed, by, timeZone, where, hours) =>
            inWorld(lake(), async (world) => {
              const played = playLogged(world, {
                seed,
                hours,
                perHour: 60 / hours,
                isUnsteady: true,
                variesTerms: true,
              })
              const { athena, s3 } = sourcesOf(world, played.window, '')
              const asked = { by, timeZone, ...(Object.keys(where).length > 0 && { where }) }
              // Jest does not take the same modules being loaded twice at once.
              const ask = async (source: unknown) =>
                (await report(world.cx, { source: source as SourceRequest, ...asked })).report
              const [one, other] = [await ask(athena), await ask(s3)]
              expect(numbersOf(one)).toEqual(numbersOf(other))
              expect(one.doubts).toEqual(other.doubts)
            }),
        ),
        { numRuns: THIRD.runs(9) },
      ),
    120_000,
  )

  it('tells the percentiles of tags and teams, of which each has several profiles and models', () =>
    inWorld(lake(), async (world) => {
      const { account, services } = world.sandbox
      const [nova] = DEFAULT_MODELS.slice(2)
      if (!nova) throw new Error('there is no model')
      const ids = ['shop', 'shop', 'ads'].map((team, place) =>
        services.bedrock.addApplicationProfile({
          ...{ region: REGION, account, name: `p${place}`, modelId: nova.modelId, tags: { team } },
        }),
      )
      const models = [...DEFAULT_MODELS.slice(0, 2), ...ids.map((modelId) => ({ ...nova, modelId }))]
      const played = playLogged(world, { seed: 3, hours: 5, perHour: 40, models })
      const { athena, s3 } = sourcesOf(world, played.window, '')
      const prices = { places: [{ account, region: REGION, cx: world.cx }] }
      const teams = parseTeams({ rules: [{ team: 'shop', 'tag:team': 'shop' }] }, 'teams.json')
      for (const asked of [
        { by: ['tag:team'] },
        { by: ['tag:team', 'hour'] },
        { by: ['team'], teams },
        { by: ['operation'], where: { 'tag:team': ['shop'] } },
      ]) {
        const ask = async (source: unknown) =>
          (await report(world.cx, { source: source as SourceRequest, prices, ...asked })).report
        const [one, other] = [await ask(athena), await ask(s3)]
        expect(numbersOf(one)).toEqual(numbersOf(other))
        expect(codes(one)).not.toContain('percentiles-not-joined')
        const shop = one.groups.find(({ key }) => Object.values(key).includes('shop')) ?? one.total
        expect(shop.latencyMs.p99).toEqual(expect.any(Number))
      }
    }))

  it('prices calls beside a change of price as the bucket and the log group do, in days of any zone', () =>
    inWorld(lake(), async (world) => {
      const day = new Date(world.cx.clock.now() - 3 * DAY_MS).toISOString().slice(0, 10)
      const prices = parseOverrides({ '*': { discountPercent: 50, from: day } }, 'own.json')
      const played = playLogged(world, { seed: 1, hours: 200, perHour: 1 })
      const { athena, s3, logs } = sourcesOf(world, played.window, '')
      const costs: unknown[] = []
      for (const source of [s3, athena, logs] as SourceRequest[])
        for (const by of [['model'], ['day']]) {
          const asked = {
            source,
            by,
            timeZone: 'Asia/Kolkata',
            prices: { overrides: { prices, source: 'own.json' } },
          }
          costs.push((await report(world.cx, asked)).report.total.costUsd)
        }
      expect(costs[0]).toBeGreaterThan(0)
      expect(costs).toEqual(costs.map(() => costs[0]))
    }))

  it('takes the use of an answer where a record has no counts, and says so where neither has', () =>
    inWorld(lake(), async (world) => {
      const time = ago(world)
      const usage = { inputTokens: 11, outputTokens: 7, cacheReadInputTokens: 5 }
      const answered = { output: { outputBodyJson: { metrics: { latencyMs: 900 }, usage } } }
      // What stands for no id is not that of one call.
      const requestId = '-'
      const bare = recordLine({ time, model: 'amazon.nova-pro-v1:0', requestId })
      deliver(world, [recordLine({ time, ...answered, requestId }), bare])
      const { report: told } = await report(world.cx, { source: athena(world) })
      expect(
        told.groups.map(({ inputTokens, outputTokens, cacheReadTokens }) => [
          inputTokens,
          outputTokens,
          cacheReadTokens,
        ]),
      ).toEqual(
        expect.arrayContaining([
          [11, 7, 5],
          [null, null, 0],
        ]),
      )
      expect(codes(told)).toContain('counts-unknown')
      expect(told.total.costIsFloor).toBe(true)
    }))

  it('takes and doubts the counts that reading every object takes and doubts', () =>
    inWorld(lake(), async (world) => {
      const odd = [
        -5,
        '-5',
        10.5,
        '10.5',
        2e8,
        '1e999',
        'many',
        '',
        null,
        true,
        { n: 5 },
        [5, 6],
        12,
        '12',
        '12.0',
        '1.2E1',
      ]
      const of = (team: string, input: object, output: object) =>
        recordLine({ time: ago(world), metadata: { team }, input, output: { outputTokenCount: 4, ...output } })
      const lines = odd.flatMap((count, place) => [
        of(`${place} input`, { inputTokenCount: count }, {}),
        of(`${place} output`, { inputTokenCount: 3 }, { outputTokenCount: count }),
        of(`${place} read`, { inputTokenCount: 3, cacheReadInputTokenCount: count }, {}),
        of(`${place} written`, { inputTokenCount: 3, cacheWriteInputTokenCount: count }, {}),
      ])
      deliver(world, lines)
      const { athena, s3 } = sourcesOf(world, lastHours(world.cx.clock.now(), 6), '')
      const ask = async (source: unknown) =>
        (await report(world.cx, { source: source as SourceRequest, by: ['metadata:team'] })).report
      const [one, other] = [await ask(athena), await ask(s3)]
      expect(numbersOf(one)).toEqual(numbersOf(other))
      const doubted = ({ groups, warnings }: Report) => [
        groups.map(({ key, costIsFloor }) => `${Object.values(key)} ${costIsFloor}`).sort(),
        warnings.filter(({ code }) => code === 'counts-unknown'),
      ]
      expect(doubted(one)).toEqual(doubted(other))
      expect(codes(one)).not.toContain('lake-without-bodies')
    }))

  it('tells counts where a body has a form that the table cannot read, and what is not known then', () =>
    inWorld(lake(), async (world) => {
      const time = ago(world)
      const odd: RecordOptions = {
        time,
        output: { outputBodyJson: ['[DONE]', 'secret'], outputTokenCount: 3 },
        input: { inputTokenCount: 4 },
      }
      deliver(world, [converse(10, 5, 800, { time }), recordLine(odd)])
      const { report: told, error } = await report(world.cx, { source: athena(world) })
      expect(error).toBeUndefined()
      expect(told.total).toMatchObject({ invocations: 2, inputTokens: 14, outputTokens: 8, latencyMs: { p50: null } })
      expect(codes(told)).toContain('lake-without-bodies')
      expect(JSON.stringify(told)).not.toContain('secret')
      expect(called(world, 'StartQueryExecution')).toHaveLength(2)
    }))

  it('reads answers of any length in pages, and the same answer again for nothing', () =>
    inWorld(lake(), async (world) => {
      const time = ago(world)
      deliver(
        world,
        Array.from({ length: 2_300 }, (_, index) => converse(1, 1, 5, { time, metadata: { team: `t${index}` } })),
      )
      const source = athena(world)
      const ask = async () => (await report(world.cx, { source, by: ['metadata:team'] })).report
      const [first, second] = [await ask(), await ask()]
      expect([first.groups.length, first.total.inputTokens]).toEqual([2_300, 2_300])
      expect(called(world, 'GetQueryResults').length).toBeGreaterThanOrEqual(6)
      expect(second.groups).toEqual(first.groups)
      // The least that Athena bills is ten megabytes.
      expect(first.calls?.items.find(({ what }) => what.includes('Athena'))).toMatchObject({
        count: 10_000_000,
        usd: 0.00005,
      })
      expect(second.calls?.items.find(({ what }) => what.includes('Athena'))).toBeUndefined()
    }))
})

describe('what it costs', () => {
  it('is known before it is asked, by the sizes of the objects, and refused where it is too much', () =>
    inWorld(lake(), async (world) => {
      deliver(world, [converse(1, 1, 1, { time: ago(world) })])
      const asked = report(world.cx, { source: athena(world), maxAwsCost: 0.00001 })
      await expect(asked).rejects.toMatchObject({ kind: 'usage', hint: expect.stringContaining('--max-aws-cost 0.01') })
      await expect(asked).rejects.toThrow('by the sizes of the objects')
      expect(called(world, 'StartQueryExecution')).toEqual([])
      const twice = report(world.cx, {
        source: athena(world),
        maxAwsCost: 0.00006,
        compare: ({ start }) => ({ start: start - 60_000, end: start }),
      })
      await expect(twice).rejects.toMatchObject({ kind: 'usage' })
    }))

  it('is bound by the limit of the workgroup where the bucket may not be listed', () =>
    inWorld(lake({ lakeMaxGb: 30 }), async (world) => {
      deliver(world, [converse(1, 1, 1, { time: ago(world) })])
      world.sandbox.faults.push({ kind: 'access-denied', service: 's3', operation: 'ListObjectsV2', count: 9 })
      await expect(report(world.cx, { source: athena(world) })).rejects.toThrow(
        /[\d.]+ GB \(the limit of the workgroup, since the bucket \S+ cannot be listed \(AccessDenied\)\), which costs \$0\.15/,
      )
      const { report: told } = await report(world.cx, { source: athena(world), maxAwsCost: 0.15 })
      expect(told.total.invocations).toBe(1)
      await world.cx.aws.athena.send(
        new UpdateWorkGroupCommand({
          WorkGroup: 'bedrock-monitor',
          ConfigurationUpdates: { RemoveBytesScannedCutoffPerQuery: true },
        }),
      )
      await expect(report(world.cx, { source: athena(world), maxAwsCost: 9 })).rejects.toMatchObject({
        hint: expect.stringContaining('s3:ListBucket'),
      })
    }))
})

describe('what can go wrong', () => {
  it('is that there is no table', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await expect(report(world.cx, { source: athena(world) })).rejects.toMatchObject({
        code: 'NoLake',
        hint: expect.stringContaining('setup --lake'),
      })
    }))

  it('is that a table or a workgroup is taken away meanwhile', () =>
    inWorld(lake(), async (world) => {
      const { glue } = world.cx.aws
      const source = athena(world)
      const { send } = glue
      Object.assign(glue, {
        async send(...asked: Parameters<typeof send>) {
          const answer = await send.apply(glue, asked)
          Object.assign(glue, { send })
          await glue.send(new DeleteTableCommand({ DatabaseName: 'bedrock_monitor', Name: 'bedrock_invocations' }))
          return answer
        },
      })
      await expect(report(world.cx, { source })).rejects.toMatchObject({
        code: 'NoLake',
        hint: `bedrock-monitor setup --lake --region ${REGION} makes the table`,
      })
    }))

  it('is that there is no workgroup of that name', () =>
    inWorld(lake(), async (world) => {
      world.sandbox.services.athena.workGroupsIn(REGION).delete('bedrock-monitor')
      await expect(report(world.cx, { source: athena(world) })).rejects.toMatchObject({
        code: 'NoWorkgroup',
        hint: expect.stringContaining(`setup --lake --region ${REGION} makes it`),
      })
    }))

  it('is that more is scanned than the workgroup lets through', () =>
    inWorld(lake(), async (world) => {
      const noise = Array.from({ length: 40 }, () =>
        recordLine({ time: ago(world), metadata: { x: Math.random().toString(36).repeat(9_000) } }),
      )
      deliver(world, noise)
      const group = world.sandbox.services.athena.workGroupsIn(REGION).get('bedrock-monitor')
      if (group?.workGroup.Configuration) group.workGroup.Configuration.BytesScannedCutoffPerQuery = 100
      await expect(report(world.cx, { source: athena(world) })).rejects.toMatchObject({
        code: 'ScanLimit',
        hint: expect.stringContaining('--lake-max-gb'),
      })
    }))

  it('is that it is interrupted: the query is stopped, since it goes on to cost', () =>
    inWorld(lake(), async (world) => {
      deliver(world, [converse(1, 1, 1, { time: ago(world) })])
      const asked = report(
        {
          ...world.cx,
          emit: (event) =>
            void (event.type === 'resource-progress' && event.note?.startsWith('queued') && world.abort.abort()),
        },
        { source: athena(world) },
      )
      await expect(asked).rejects.toMatchObject({ kind: 'interrupted' })
      expect(called(world, 'StopQueryExecution')).toHaveLength(1)
    }))

  it.each(['StartQueryExecution', 'GetQueryExecution', 'GetQueryResults'])(
    'is a fault of %s, which is tried again',
    (operation) =>
      inWorld(lake(), async (world) => {
        deliver(world, [converse(1, 1, 1, { time: ago(world) })])
        world.sandbox.faults.push({ kind: 'throttle', service: 'athena', operation })
        const { report: told } = await report(world.cx, { source: athena(world) })
        expect(told.total.invocations).toBe(1)
        world.sandbox.faults.push({ kind: 'access-denied', service: 'athena', operation })
        await expect(report(world.cx, { source: athena(world) })).rejects.toMatchObject({
          code: expect.stringContaining('AccessDenied'),
        })
      }),
  )
})

describe('several accounts in one bucket', () => {
  it('are partitions of the table, and are read through it', () =>
    inWorld(lake({ lakeAccounts: OTHER }), async (world) => {
      const time = ago(world)
      deliver(world, [converse(10, 1, 1, { time })])
      deliver(world, [converse(20, 1, 1, { time, account: OTHER })], { account: OTHER })
      const source = athena(world)
      const by = ['account']
      const inputOf = ({ groups }: Report) => groups.map(({ key, inputTokens }) => [key.account, inputTokens]).sort()
      const { report: all } = await report(world.cx, { source: { ...source, linked: true }, by })
      expect(inputOf(all)).toEqual([
        [OWN, 10],
        [OTHER, 20],
      ])
      expect(codes(all)).toContain('accounts-linked')
      expect(inputOf((await report(world.cx, { source, by })).report)).toEqual([[OWN, 10]])
      const { report: only } = await report(world.cx, {
        source: { ...source, linked: true },
        by,
        where: { account: ['4444*'] },
      })
      expect(inputOf(only)).toEqual([[OTHER, 20]])
      expect(called(world, 'StartQueryExecution')).toHaveLength(3)
    }))

  it('that have no table of their own are read from the one that covers them, and others are told of', () =>
    inWorld(lake({ lakeAccounts: OTHER }), async (world) => {
      const time = ago(world)
      deliver(world, [converse(10, 1, 1, { time })])
      deliver(world, [converse(20, 1, 1, { time, account: OTHER })], { account: OTHER })
      const { cx } = world
      const elsewhere = { account: OTHER, region: REGION, cx: cx.in('eu-west-1') }
      const places = [
        { region: REGION, cx },
        elsewhere,
        { account: OTHER, region: 'ap-south-1', cx: cx.in('ap-south-1') },
      ]
      for (const region of ['eu-west-1', 'ap-south-1']) callModels(world, region)
      const { report: told } = await report(cx, { source: { ...athena(world), places }, by: ['account'] })
      expect(told.total.inputTokens).toBe(30)
      expect(codes(told)).toEqual(expect.arrayContaining(['region-without-lake', 'region-not-logged']))
      expect(told.total.costIsFloor).toBe(true)
    }))
})
