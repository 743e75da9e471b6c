import { describe, expect, it, test } from '@jest/globals'
import { interrupted } from '../../../../src/core/errors.ts'
import { readLogs } from '../../../../src/report/sources/logs/read.ts'
import type { SourceReading } from '../../../../src/report/sources/source.ts'
import { tally } from '../../../../src/report/tally.ts'
import { lastHours } from '../../../../src/report/window.ts'
import { callModels } from '../../../support/everything.ts'
import { converse, recordLine, stream } from '../../../support/invocation-records.ts'
import { playLogged } from '../../../support/logged-traffic.ts'
import { report } from '../../../support/report.ts'
import { sumsBy } from '../../../support/truth.ts'
import { inWorld, REGION, type World, type WorldOptions } from '../../../support/world.ts'

const GROUP = '/aws/bedrock/modelinvocations'
const STREAM_NAME = 'aws/bedrock/modelinvocations'

/** A world whose log group holds these messages, all a minute old. */
function inLog<T>(messages: readonly string[], body: (world: World) => Promise<T>, options: WorldOptions = {}) {
  return inWorld({ ...options, isSetUp: true }, async (world) => {
    const timestamp = world.cx.clock.now() - 60_000
    const events = messages.map((message) => ({ timestamp, message }))
    world.sandbox.services.logs.putRecord(REGION, GROUP, STREAM_NAME, events)
    world.sandbox.calls.length = 0
    return body(world)
  })
}

function ask(
  { cx }: World,
  by: readonly string[] = ['model'],
  more: { regions?: string[]; mostRows?: number; hours?: number } = {},
) {
  const places = (more.regions ?? [REGION]).map((region) => ({
    account: '111122223333',
    region,
    cx: cx.in(region),
    logGroup: GROUP,
  }))
  const question = { window: lastHours(cx.clock.now(), more.hours ?? 24), by }
  return readLogs(cx, places, question, more.mostRows)
}

const codes = ({ warnings }: SourceReading) => warnings.map(({ code }) => code)
const calls = ({ sandbox }: World) => sandbox.calls.map(({ operation }) => operation)
const values = ({ rows }: SourceReading, name: string) => Array.from(rows, ({ dimensions }) => dimensions[name]).sort()

/** So many fields that Insights sees none that come after them. */
const LONG = Object.fromEntries(Array.from({ length: 220 }, (_, index) => [`field${index}`, 'x']))

describe('what a record says', () => {
  it('is counted with cache tokens, their split, durations and images; the first event is no record', () =>
    inLog(
      [
        'Permissions are correctly set for Amazon Bedrock logs.',
        converse(16, 82, 2_435, { older: true }),
        stream(
          { input: 120, output: 700, read: 48_000, written5m: 600, written1h: 300 },
          { latencyMs: 9_200, firstByteMs: 850 },
        ),
        recordLine({
          operation: 'InvokeModel',
          input: { inputBodyJson: { imageGenerationConfig: { numberOfImages: 3 } } },
          output: { outputImageHeight: 1024, outputImageWidth: 1024 },
        }),
        recordLine({ errorCode: 'ThrottlingException' }),
        recordLine({ errorCode: 'AccessDeniedException' }),
        recordLine({ errorCode: 'ServiceUnavailableException' }),
      ],
      async (world) => {
        const { rows } = await ask(world)
        const { counters, latency, timeToFirstToken } = tally(rows)
        expect(counters).toEqual({
          invocations: 4,
          clientErrors: 1,
          serverErrors: 1,
          throttles: 1,
          inputTokens: 136,
          outputTokens: 782,
          cacheReadTokens: 48_000,
          cacheWriteTokens: 900,
          images: 3,
        })
        expect(latency).toEqual({ sumMs: 2_435 + 9_200, samples: 2, maxMs: 9_200 })
        expect(timeToFirstToken).toEqual({ sumMs: 850, samples: 1, maxMs: 850 })
        expect(Array.from(rows, (row) => row.counters.cacheWrite1hTokens).filter(Boolean)).toEqual([300])
      },
    ))

  // "Logs Insights extracts about 200 JSON fields an event, so counts after a large body can be null."
  it.each([['older'], ['newer']])('is found after a body of many fields in a record of the %s order', (order) =>
    inLog(
      [
        recordLine({
          older: order === 'older',
          identity: 'arn:aws:iam::111122223333:user/late',
          operation: 'Converse',
          input: {
            inputBodyJson: LONG,
            inputTokenCount: 41,
            cacheReadInputTokenCount: 42,
            cacheWriteInputTokenCount: 43,
          },
          output: {
            outputBodyJson: { stopReason: 'end_turn', metrics: { latencyMs: 44 }, usage: { inputTokens: 41 } },
            outputTokenCount: 45,
          },
        }),
      ],
      async (world) => {
        const reading = await ask(world, ['identity'])
        const { counters, latency } = tally(reading.rows)
        expect(counters).toMatchObject({
          inputTokens: 41,
          cacheReadTokens: 42,
          cacheWriteTokens: 43,
          outputTokens: 45,
        })
        expect(latency.sumMs).toBe(44)
        expect(values(reading, 'identity')).toEqual(['arn:aws:iam::111122223333:user/late'])
      },
    ),
  )

  // "A user's own JSON in a body can hold any key at any depth: only the path counts."
  it('is not taken from the keys of a prompt that is JSON itself', () =>
    inLog(
      [
        recordLine({
          operation: 'InvokeModel',
          input: {
            inputBodyJson: { inputTokenCount: 9_999, outputTokenCount: 9_999, identity: { arn: 'x' }, ...LONG },
            inputTokenCount: 5,
          },
          output: { outputBodyJson: { note: '"inputTokenCount":77},"output":{' }, outputTokenCount: 6 },
        }),
      ],
      async (world) => {
        const reading = await ask(world, ['identity'])
        expect(tally(reading.rows).counters).toMatchObject({ inputTokens: 5, outputTokens: 6 })
        expect(values(reading, 'identity')).toEqual(['arn:aws:iam::111122223333:user/ada'])
      },
    ))

  it.each([['team'], ['cost-center'], ['a/b c'], ['$x.y(1)']])('groups by the metadata key %s', (key) =>
    inLog(
      [recordLine({ metadata: { [key]: 'blue', other: 'red' } }), recordLine({ metadata: { other: 'red' } })],
      async (world) => {
        const reading = await ask(world, [`metadata:${key}`])
        expect(values(reading, `metadata:${key}`)).toEqual(['', 'blue'])
      },
    ),
  )

  it('of a key that could change the query is refused', () =>
    inLog([], async (world) => {
      await expect(ask(world, ['metadata:a`) | limit 1'])).rejects.toMatchObject({ kind: 'usage' })
      expect(calls(world)).toEqual([])
    }))
})

describe('the queries', () => {
  it('are one for the sums and two for percentiles, and what they cost is said', () =>
    inLog([converse(1, 1, 100), converse(1, 1, 300, { model: 'maker.two' })], async (world) => {
      const reading = await ask(world)
      expect(calls(world).filter((operation) => operation === 'StartQuery')).toHaveLength(3)
      expect(reading.warnings.at(-1)).toMatchObject({
        code: 'logs-scanned',
        message: expect.stringMatching(
          /^Logs Insights scanned [\d,]+ bytes in 3 queries, which costs about \$0\.0+\d\d?$/,
        ),
      })
      expect(reading.percentiles).toContainEqual({
        key: {},
        latency: { p50: 100, p90: 300, p99: 300 },
        timeToFirstToken: { p50: null, p90: null, p99: null },
      })
    }))

  it('tell how far they are', () =>
    inLog([recordLine()], async (world) => {
      world.events.length = 0
      await ask(world)
      const notes = world.events.flatMap((event) => (event.type === 'resource-progress' ? [event.note] : []))
      expect(notes).toEqual(['running', 'complete, over 2 records scanned'])
      expect(world.events.at(-1)).toMatchObject({ type: 'resource-end', label: `${GROUP} in ${REGION}` })
    }))

  it('name each model of a profile once, however many rows it has', () => {
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const failed = Array.from({ length: 200 }, (_, index) => recordLine({ model, errorCode: `Error${index}Exception` }))
    const answered = recordLine({ model, output: { outputBodyJson: { metrics: { latencyMs: 100 } } } })
    return inLog([...failed, answered, recordLine()], async ({ cx }) => {
      const places = [{ account: '111122223333', region: REGION, cx: cx.in(REGION), logGroup: GROUP }]
      const question = { window: lastHours(cx.clock.now(), 24), by: ['profile'], where: { profile: ['us.*'] } }
      const reading = await readLogs(cx, places, question)
      expect(Array.from(reading.rows)).toHaveLength(201)
      expect(reading.percentiles[0]?.latency).toEqual({ p50: 100, p90: 100, p99: 100 })
    })
  })

  it('are one alone where no record tells a duration', () =>
    inLog([recordLine({ input: { inputTokenCount: 5 }, output: { outputTokenCount: 6 } })], async (world) => {
      const reading = await ask(world)
      expect(calls(world).filter((operation) => operation === 'StartQuery')).toHaveLength(1)
      expect(codes(reading)).toEqual(['latency-incomplete', 'logs-scanned'])
    }))

  it('are put in halves where there are more rows than a query gives', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const played = playLogged(world, { seed: 3, hours: 20, perHour: 8 })
      const reading = await ask(world, ['model'], { mostRows: 12 })
      const known = sumsBy(played.invocations, () => '').get('')
      expect(tally(reading.rows).counters.inputTokens).toBe(known?.inputTokens)
      expect(reading.incomplete).toBe(false)
    }))

  it('say what they had to leave out where even one slot has too many rows', () =>
    inLog([recordLine({ model: 'a' }), recordLine({ model: 'b' }), recordLine({ model: 'c' })], async (world) => {
      const reading = await ask(world, ['model'], { mostRows: 2 })
      expect(codes(reading)).toContain('logs-cut')
      expect(reading.incomplete).toBe(true)
    }))

  test('are stopped when the user interrupts', () =>
    inLog([recordLine()], async (world) => {
      const { cx, abort, sandbox } = world
      const impatient = { ...cx.in(REGION) }
      impatient.clock = {
        now: () => cx.clock.now(),
        sleep: async () => {
          abort.abort(interrupted())
          throw abort.signal.reason
        },
      }
      const places = [{ account: '111122223333', region: REGION, cx: impatient, logGroup: GROUP }]
      const question = { window: lastHours(cx.clock.now(), 1), by: ['model'] }
      await expect(readLogs(impatient, places, question)).rejects.toMatchObject({ kind: 'interrupted' })
      expect(sandbox.calls.map(({ operation }) => operation)).toEqual(['StartQuery', 'GetQueryResults', 'StopQuery'])
    }))
})

describe('a log group', () => {
  it('that is not there is said to be missing, with what to do', () =>
    inWorld({}, async (world) => {
      await expect(ask(world)).rejects.toMatchObject({
        kind: 'failed',
        code: 'NoLogGroup',
        message: `there is no log group ${GROUP} in ${REGION}`,
        hint: expect.stringMatching(/setup.*--log-group-name.*--source metrics/),
      })
    }))

  it('that is missing in some of several Regions leaves these out, which is no failure', () =>
    inLog([recordLine()], async (world) => {
      const regions = ['us-west-2', REGION, 'eu-west-1', 'eu-north-1']
      // Nothing is missed where no model was called in two weeks.
      expect((await ask(world, ['model'], { regions })).unread).toBeUndefined()
      for (const region of ['us-west-2', 'eu-west-1']) callModels(world, region)
      const reading = await ask(world, ['model'], { regions })
      expect(tally(reading.rows).counters.invocations).toBe(1)
      expect(reading.warnings).toContainEqual({
        code: 'region-not-logged',
        message: expect.stringMatching(
          /^nothing is logged in eu-west-1, us-west-2: .*setup --region eu-west-1,us-west-2 turns/,
        ),
      })
      // Of its calls nobody knows: no gate passes.
      expect(reading).toMatchObject({ incomplete: false, unread: 'regions' })
      // CloudWatch does not list what was used before that.
      const old = await ask(world, ['model'], { regions: [REGION, 'eu-north-1'], hours: 15 * 24 })
      expect(old.unread).toBe('regions')
    }))

  it('without records is a report of zeros that says why', () =>
    inLog([], async (world) => {
      expect(codes(await ask(world))).toEqual(['no-usage', 'logs-scanned'])
    }))

  it('that may not be queried names the action', () =>
    inLog(
      [],
      async (world) => {
        await expect(ask(world)).rejects.toMatchObject({ hint: expect.stringContaining('logs:StartQuery') })
      },
      { faults: [{ operation: 'StartQuery', kind: 'access-denied' }] },
    ))
})

test('percentiles are told by hour', () =>
  inLog([converse(1, 1, 100)], async (world) => {
    const { cx, sandbox } = world
    const window = lastHours(cx.clock.now(), 3)
    const common = {
      accountId: sandbox.account,
      places: [{ account: '111122223333', region: REGION, cx }],
      window,
      logGroup: GROUP,
    }
    const { report: said } = await report(cx, { source: { name: 'logs', ...common }, by: ['hour'] })
    const used = said.groups.filter(({ invocations }) => invocations !== 0)
    expect(used).toHaveLength(1)
    expect(used[0]?.latencyMs).toMatchObject({ avg: 100, p50: 100 })
    expect(said.total.latencyMs.p50).toBe(100)
    expect(said.warnings.map(({ code }) => code)).not.toContain('percentiles-not-joined')
  }))

describe('callers', () => {
  const agent = (session: number) => `arn:aws:sts::111122223333:assumed-role/Agent/BedrockAgentCore-${session}`
  const called = (arn: string, more: object = {}) => recordLine({ identity: arn, ...more })

  it('of a role are one row of the query, however many sessions there are', () =>
    inLog(
      Array.from({ length: 1000 }, (_, session) => called(agent(session))),
      async (world) => {
        const byRole = await ask(world, ['role'], { mostRows: 100 })
        expect(Array.from(byRole.rows, ({ dimensions, counters }) => [dimensions.role, counters.invocations])).toEqual([
          ['Agent', 1000],
        ])
        expect(codes(byRole)).not.toContain('logs-cut')
        expect(codes(await ask(world, ['identity'], { mostRows: 100 }))).toContain('logs-cut')
      },
    ))

  it('are found in records of any length', () =>
    inLog(
      [called(agent(1)), called('arn:aws:iam::111122223333:user/a/b', { input: { inputBodyJson: LONG } })],
      async (world) => {
        expect(values(await ask(world, ['role']), 'role')).toEqual(['', 'Agent'])
        expect(values(await ask(world, ['user']), 'user')).toEqual(['', 'b'])
      },
    ))

  it('and metadata of more keys than a query has room for are refused before it is sent', () =>
    inLog([called(agent(1))], async (world) => {
      const keys = Array.from({ length: 12 }, (_, index) => `metadata:key-${index}`)
      await expect(ask(world, ['role', 'user', ...keys])).rejects.toMatchObject({
        kind: 'usage',
        message: expect.stringMatching(/^the query has [\d,]+ characters, and Logs Insights takes 10,000$/),
      })
      expect(calls(world)).not.toContain('StartQuery')
    }))
})
