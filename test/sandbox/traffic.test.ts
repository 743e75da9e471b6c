import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createCloudWatch } from '../../src/sandbox/services/cloudwatch.ts'
import { createLogs } from '../../src/sandbox/services/logs.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../src/sandbox/traffic.ts'
import { type Sums, truth } from '../support/truth.ts'

const ACCOUNT = '111122223333'
const REGION = 'us-east-1'
const START = Date.UTC(2026, 10, 22)
const END = Date.UTC(2026, 10, 23)
const GROUP = '/aws/bedrock/modelinvocations'
const BUCKET = 'bedrock-logs-111122223333'
const call = { account: ACCOUNT, region: REGION, now: END }

const day = (seed: number, invocationsPerHour = 120) =>
  generateTraffic({ seed, start: START, end: END, account: ACCOUNT, region: REGION, invocationsPerHour })

const CONFIG = {
  cloudWatchConfig: {
    logGroupName: GROUP,
    roleArn: `arn:aws:iam::${ACCOUNT}:role/Logging`,
    largeDataDeliveryS3Config: { bucketName: BUCKET, keyPrefix: 'large' },
  },
  s3Config: { bucketName: BUCKET, keyPrefix: 'bedrock-logs' },
  textDataDeliveryEnabled: true,
  imageDataDeliveryEnabled: false,
  embeddingDataDeliveryEnabled: false,
}

/** The services that the traffic touches, with a bucket that is a map. */
function services(config: typeof CONFIG | undefined) {
  const cloudwatch = createCloudWatch()
  const logs = createLogs()
  logs.operations.CreateLogGroup?.({ logGroupName: GROUP }, call)
  const objects = new Map<string, Uint8Array>()
  const s3 = {
    putObject: (bucket: string, key: string, body: Uint8Array) => {
      if (bucket !== BUCKET) throw new Error('no such bucket')
      objects.set(key, body)
    },
  }
  return { cloudwatch, logs, s3, objects, bedrock: { loggingConfig: () => config } }
}

function sumOf(cloudwatch: ReturnType<typeof createCloudWatch>, metric: string, modelId?: string): number {
  const Dimensions = modelId === undefined ? [] : [{ Name: 'ModelId', Value: modelId }]
  const output = cloudwatch.operations.GetMetricData?.(
    {
      MetricDataQueries: [
        {
          Id: 'm',
          MetricStat: {
            Metric: { Namespace: 'AWS/Bedrock', MetricName: metric, Dimensions },
            Stat: 'Sum',
            Period: 86_400,
          },
        },
      ],
      StartTime: new Date(START),
      EndTime: new Date(END),
    },
    call,
  ) as { MetricDataResults: { Values: number[] }[] }
  return output.MetricDataResults[0]?.Values[0] ?? 0
}

const METRICS: [metric: string, sum: Exclude<keyof Sums, 'latenciesMs' | 'timesToFirstTokenMs'>][] = [
  ['Invocations', 'invocations'],
  ['InvocationClientErrors', 'clientErrors'],
  ['InvocationServerErrors', 'serverErrors'],
  ['InvocationThrottles', 'throttles'],
  ['InputTokenCount', 'inputTokens'],
  ['OutputTokenCount', 'outputTokens'],
  ['OutputImageCount', 'images'],
  ['EstimatedTPMQuotaUsage', 'quotaTokens'],
]

interface Record {
  timestamp: string
  modelId: string
  operation: string
  requestId: string
  identity: { arn: string }
  errorCode?: string
  schemaType: string
  input: {
    inputTokenCount?: number
    cacheReadInputTokenCount?: number
    inputBodyJson?: object
    inputBodyS3Path?: string
  }
  output: { outputTokenCount?: number; outputBodyJson?: unknown; outputBodyS3Path?: string }
}

function logRecords(logs: ReturnType<typeof createLogs>): Record[] {
  const streams = [...(logs.groupsOf(call.region).get(GROUP)?.streams.values() ?? [])]
  return streams.flatMap(({ events }) => events.map(({ message }) => JSON.parse(message) as Record))
}

function s3Records(objects: Map<string, Uint8Array>): Record[] {
  return [...objects]
    .filter(([key]) => !key.includes('/data/'))
    .flatMap(([, body]) => gunzipSync(body).toString().trimEnd().split('\n'))
    .map((line) => JSON.parse(line) as Record)
}

describe('the traffic', () => {
  test('is the same for the same seed and another for another', () => {
    expect(day(7)).toEqual(day(7))
    expect(day(7)).not.toEqual(day(8))
  })

  test('is a day of six models and three identities with every way in which a call can end', () => {
    const invocations = day(1)
    const { byModel, byIdentity, byOperation, byHour, total } = truth(invocations)
    expect([byModel.size, byIdentity.size, byOperation.size, byHour.size]).toEqual([6, 3, 4, 24])
    expect(invocations.length).toBeGreaterThan(2_000)
    for (const count of [total.clientErrors, total.serverErrors, total.throttles, total.images]) {
      expect(count).toBeGreaterThan(0)
    }
    expect(byModel.get('amazon.titan-embed-text-v2:0')?.outputTokens).toBe(0)
    expect(total.cacheReadTokens).toBeGreaterThan(total.cacheWriteTokens)
  })

  test.each([5, 60, 240])('has %d calls an hour on the average, more by day than by night', (invocationsPerHour) => {
    const days = Array.from({ length: 10 }, (_, seed) => day(seed, invocationsPerHour)).flat()
    const mean = days.length / 10 / 24
    // Three standard deviations of what ten days can be off.
    expect(Math.abs(mean - invocationsPerHour)).toBeLessThan(3 * Math.sqrt(invocationsPerHour / 240))
    const at = (hour: number) => days.filter(({ time }) => new Date(time).getUTCHours() === hour).length
    expect(at(14)).toBeGreaterThan(4 * at(3))
  })

  test('is quieter at weekends, and busier in one hour, where it is asked to be', () => {
    const [start, modelId] = [Date.UTC(2026, 10, 1), 'us.anthropic.claude-sonnet-4-5-20250929-v1:0']
    const spike = { start: START, end: START + 3_600_000, times: 20, modelId }
    const options = { start, end: start + 28 * 86_400_000, account: ACCOUNT, region: REGION, invocationsPerHour: 20 }
    const calls = generateTraffic({ ...options, seed: 1, steady: true, weekly: true, spike })
    const inSpike = calls.filter(({ time }) => time >= spike.start && time < spike.end)
    expect(inSpike.every((call) => call.modelId === modelId)).toBe(true)
    // Sunday is a quarter as busy as the average of a week.
    const usual = 20 * ([0.25, 1.25, 1.35, 1.35, 1.3, 1.15, 0.35][new Date(START).getUTCDay()] ?? 0)
    expect(Math.abs(inSpike.length / (20 * usual) - 1)).toBeLessThan(0.5)
    const others = calls.filter((call) => !inSpike.includes(call))
    const on = (weekday: number) => others.filter(({ time }) => new Date(time).getUTCDay() === weekday).length
    expect(on(2)).toBeGreaterThan(4 * on(0))
    expect(on(3)).toBeGreaterThan(3 * on(6))
  })

  test('stays within its window and comes in order of time', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 10_000_000 }), (seed, length) => {
        const end = START + length
        const times = generateTraffic({ seed, start: START, end, account: ACCOUNT, region: REGION }).map(
          ({ time }) => time,
        )
        expect(times.every((time) => time >= START && time < end)).toBe(true)
        expect(times).toEqual([...times].sort((a, b) => a - b))
      }),
      { numRuns: 50 },
    )
  })
})

describe('its metrics', () => {
  test('equal the truth to the token for any seed, per model and in total', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const invocations = day(seed, 15)
        const { cloudwatch, ...rest } = services(undefined)
        playTraffic({ cloudwatch, ...rest }, invocations)
        const { total, byModel } = truth(invocations)
        for (const [metric, key] of METRICS) {
          expect([metric, sumOf(cloudwatch, metric)]).toEqual([metric, total[key]])
          for (const [model, sums] of byModel) {
            expect([metric, model, sumOf(cloudwatch, metric, model)]).toEqual([metric, model, sums[key]])
          }
        }
        expect(cacheRead(cloudwatch)).toBe(total.cacheReadTokens)
      }),
      { numRuns: 30 },
    )
  })

  test('"Cache metrics have two spellings": both occur, each model has one', () => {
    const invocations = day(1)
    const target = services(undefined)
    playTraffic(target, invocations)
    for (const [model, sums] of truth(invocations).byModel) {
      const counts = ['CacheReadInputTokens', 'CacheReadInputTokenCount'].map((name) =>
        sumOf(target.cloudwatch, name, model),
      )
      expect(Math.max(...counts)).toBe(sums.cacheReadTokens)
      expect(Math.min(...counts)).toBe(0)
    }
    expect(sumOf(target.cloudwatch, 'CacheReadInputTokens')).toBeGreaterThan(0)
    expect(sumOf(target.cloudwatch, 'CacheReadInputTokenCount')).toBeGreaterThan(0)
  })

  test('"Throttles count neither as invocations nor as errors"', () => {
    const throttled: Invocation[] = day(1).filter(({ outcome }) => outcome === 'throttle')
    const target = services(undefined)
    playTraffic(target, throttled)
    expect(throttled.length).toBeGreaterThan(0)
    expect(sumOf(target.cloudwatch, 'InvocationThrottles')).toBe(throttled.length)
    for (const metric of ['Invocations', 'InvocationClientErrors', 'InvocationServerErrors']) {
      expect(sumOf(target.cloudwatch, metric)).toBe(0)
    }
  })

  test('"EstimatedTPMQuotaUsage is input + cacheWrite + output × burn-down (5 for Claude 3.7 and later, otherwise 1)"', () => {
    for (const one of day(3).filter(({ outcome }) => outcome === 'success')) {
      const burnDown = one.modelId.includes('claude') ? 5 : 1
      expect(one.quotaTokens).toBe(one.inputTokens + one.cacheWriteTokens + one.outputTokens * burnDown)
    }
  })
})

describe('its log records', () => {
  test('are the same calls in the log group and in S3, to the token', () => {
    const invocations = day(5)
    const target = services(CONFIG)
    const played = playTraffic(target, invocations)
    const { total, byModel } = truth(invocations)
    expect(played.records).toBe(invocations.length)
    for (const records of [logRecords(target.logs), s3Records(target.objects)]) {
      expect(records).toHaveLength(invocations.length)
      const sum = (of: (record: Record) => number | undefined) =>
        records.reduce((all, record) => all + (of(record) ?? 0), 0)
      expect(sum(({ input }) => input.inputTokenCount)).toBe(total.inputTokens)
      expect(sum(({ input }) => input.cacheReadInputTokenCount)).toBe(total.cacheReadTokens)
      expect(sum(({ output }) => output.outputTokenCount)).toBe(total.outputTokens)
      expect(new Set(records.map(({ modelId }) => modelId)).size).toBe(byModel.size)
    }
  })

  test('lie in S3 by account, Region and hour, large bodies beside them', () => {
    const invocations = day(5)
    const target = services(CONFIG)
    playTraffic(target, invocations)
    const record =
      /^bedrock-logs\/AWSLogs\/111122223333\/BedrockModelInvocationLogs\/us-east-1\/2026\/11\/22\/\d\d\/20261122T\d{9}Z_[0-9a-f]{16}\.json\.gz$/
    const body =
      /^(bedrock-logs|large)\/AWSLogs\/111122223333\/BedrockModelInvocationLogs\/us-east-1\/2026\/11\/22\/\d\d\/data\/[0-9a-f-]{36}_input\.json\.gz$/
    const keys = [...target.objects.keys()]
    expect(keys.filter((key) => !record.test(key) && !body.test(key))).toEqual([])
    const moved = s3Records(target.objects).filter(({ input }) => input.inputBodyS3Path)
    expect(moved.length).toBeGreaterThan(0)
    for (const { input } of moved) {
      expect(target.objects.has((input.inputBodyS3Path ?? '').replace(`s3://${BUCKET}/`, ''))).toBe(true)
    }
  })

  test('"Failed calls have errorCode and no bodies"', () => {
    const target = services(CONFIG)
    playTraffic(target, day(5))
    const failed = logRecords(target.logs).filter(({ errorCode }) => errorCode !== undefined)
    expect(failed.length).toBeGreaterThan(0)
    for (const { input, output } of failed) expect([input, output]).toEqual([{}, {}])
  })

  test('"Token counts are logged even when every *DataDeliveryEnabled is false"', () => {
    const off = { textDataDeliveryEnabled: false, imageDataDeliveryEnabled: false, embeddingDataDeliveryEnabled: false }
    const target = services({ ...CONFIG, ...off })
    const invocations = day(5, 20)
    playTraffic(target, invocations)
    const records = logRecords(target.logs)
    expect(records.every(({ input, output }) => !input.inputBodyJson && !output.outputBodyJson)).toBe(true)
    const tokens = records.reduce((sum, { input }) => sum + (input.inputTokenCount ?? 0), 0)
    expect(tokens).toBe(truth(invocations).total.inputTokens)
  })

  test('"Key order differs by age": both orders occur', () => {
    const target = services(CONFIG)
    playTraffic(target, day(5))
    const first = new Set(logRecords(target.logs).map((record) => Object.keys(record)[0]))
    expect(first).toEqual(new Set(['schemaType', 'timestamp']))
  })

  test('tell how long a stream took in the last object of its body', () => {
    const invocations = day(5)
    const target = services(CONFIG)
    playTraffic(target, invocations)
    const byId = new Map(invocations.map((invocation) => [invocation.requestId, invocation]))
    const streams = logRecords(target.logs).filter(({ output }) => Array.isArray(output.outputBodyJson))
    expect(streams.length).toBeGreaterThan(0)
    for (const { requestId, output } of streams) {
      const last = (output.outputBodyJson as object[]).at(-1) as { 'amazon-bedrock-invocationMetrics': object }
      const { inputTokens, outputTokens, latencyMs, timeToFirstTokenMs } = byId.get(requestId) ?? {}
      expect(last['amazon-bedrock-invocationMetrics']).toEqual({
        inputTokenCount: inputTokens,
        outputTokenCount: outputTokens,
        invocationLatency: latencyMs,
        firstByteLatency: timeToFirstTokenMs,
      })
    }
  })

  test('are not written while logging is off, and leave a failure metric where the destination is gone', () => {
    const off = services(undefined)
    expect(playTraffic(off, day(5, 10))).toMatchObject({ records: 0, objects: 0 })
    const gone = services({ ...CONFIG, s3Config: { bucketName: 'gone', keyPrefix: '' } })
    gone.logs.operations.DeleteLogGroup?.({ logGroupName: GROUP }, call)
    playTraffic(gone, day(5, 10))
    expect(sumOf(gone.cloudwatch, 'ModelInvocationLogsCloudWatchDeliveryFailure')).toBeGreaterThan(0)
    expect(sumOf(gone.cloudwatch, 'ModelInvocationLogsCloudWatchDeliverySuccess')).toBe(0)
    expect(sumOf(gone.cloudwatch, 'ModelInvocationLogsS3DeliveryFailure')).toBeGreaterThan(0)
  })
})

function cacheRead(cloudwatch: ReturnType<typeof createCloudWatch>): number {
  return sumOf(cloudwatch, 'CacheReadInputTokens') + sumOf(cloudwatch, 'CacheReadInputTokenCount')
}
