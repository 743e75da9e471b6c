/**
 * The local AWS in a process of its own, started by `sandbox.js`: does as it is told by messages, each answered when it is
 * done, and keeps what was asked of it.
 */
import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { startSandbox } from '../../build/sandbox/sandbox.js'
import { generateTraffic, playTraffic } from '../../build/sandbox/traffic.js'
import { proseWriter } from './prose.js'
import { seededRandom } from './random.js'
import { recordCalls } from './record.js'

const REGION = 'us-east-1'
const HOUR_MS = 3_600_000
const LATENCIES = { InvocationLatency: 900, TimeToFirstToken: 300 }
const COUNTS = {
  Invocations: 10,
  InvocationClientErrors: 1,
  InvocationServerErrors: 1,
  InvocationThrottles: 1,
  InputTokenCount: 9_000,
  OutputTokenCount: 1_000,
  CacheReadInputTokenCount: 500,
  CacheWriteInputTokenCount: 100,
}

let sandbox
let recording
/** When each call came, by account, Region and operation, ms. */
let times
/** Of objects, since then. */
let bytesRead = 0
/** Of the log that was filled. */
const keys = new Set()
const PROSE = proseWriter(seededRandom(1))

const ACTIONS = {
  /** An empty account. */
  async fresh() {
    await sandbox?.close()
    sandbox = await startSandbox({ region: REGION })
    recording = undefined
    return sandbox.env
  },
  /** An organization whose accounts each have a role to read with, and share what they have with the one that is called. */
  async freshAccounts({ members, regions, models }) {
    await sandbox?.close()
    const links = Object.fromEntries(regions.map((region) => [region, ['metrics', 'logs']]))
    const ids = Array.from({ length: members }, (_, index) => String(200_000_000_000 + index))
    const roles = { BedrockMonitorReader: true }
    sandbox = await startSandbox({ region: REGION, members: ids.map((id) => ({ id, roles, links })) })
    for (const id of [sandbox.account, ...ids]) {
      for (const region of regions) putMetrics(sandbox.servicesOf(id), region, { models, hours: 24 })
    }
    return sandbox.env
  },
  /** A day of calls as they come. */
  playDay() {
    const end = Date.now()
    const { account, services } = sandbox
    playTraffic(services, generateTraffic({ seed: 1, start: end - 24 * HOUR_MS, end, account, region: REGION }))
  },
  /** Metrics of many models, with a point in every hour. */
  playMetrics({ models, days }) {
    putMetrics(sandbox.services, REGION, { models, hours: 24 * days })
  },
  /** Objects of one byte in a bucket that exists; each key twice, so that half of the versions are not the latest. */
  fill({ bucket, versions }) {
    for (let index = 0; index < versions; index++) {
      sandbox.services.s3.putObject(bucket, `logs/${index % (versions / 2)}.json.gz`, Uint8Array.of(1))
    }
  },
  /** Objects of an hour's folders as Bedrock delivers them, each of a few calls. Those that are there stay. */
  fillLog({ start, days, perHour, calls }) {
    const { account, services } = sandbox
    const texts = Array.from({ length: 64 }, () => PROSE.text(600))
    const bucket = `bedrock-logs-${account}`
    let bytes = 0
    let objects = 0
    for (let hour = 0; hour < 24 * days; hour++) {
      for (let index = 0; index < perHour; index++) {
        const at = start + hour * HOUR_MS + Math.floor((index * HOUR_MS) / perHour)
        const stamp = new Date(at).toISOString()
        const folder = stamp.slice(0, 13).replaceAll(/[-T]/g, '/')
        const name = `${stamp.replaceAll(/[-:.]/g, '')}_${index.toString(16).padStart(16, '0')}.json.gz`
        const key = `bedrock-logs/AWSLogs/${account}/BedrockModelInvocationLogs/${REGION}/${folder}/${name}`
        if (keys.has(key)) continue
        keys.add(key)
        const lines = Array.from({ length: calls }, (_, call) =>
          JSON.stringify(logged({ account, at: at + call * 1000, call, texts })),
        )
        const body = gzipSync(lines.join('\n'), { level: 1 })
        services.s3.putObject(bucket, key, body)
        bytes += body.length
        objects++
      }
    }
    return { objects, bytes }
  },
  /** From now on calls are kept. */
  listen() {
    bytesRead = 0
    sandbox.calls.length = 0
    times = new Map()
    sandbox.calls.push = (call) => {
      const key = [call.account, call.region, call.operation].join()
      times.set(key, [...(times.get(key) ?? []), performance.now()])
      return Array.prototype.push.call(sandbox.calls, call)
    }
    recording = recordCalls(sandbox.services)
    const { operations } = sandbox.services.s3
    const get = operations.GetObject
    operations.GetObject = async (input, call) => {
      const output = await get(input, call)
      bytesRead += output.Body?.length ?? 0
      return output
    }
  },
  /** What was asked since `listen`, and how often each operation was. */
  heard() {
    const { calls, ended } = recording.stop()
    const counts = {}
    for (const { service, operation } of sandbox.calls) {
      const name = `${service}:${operation}`
      counts[name] = (counts[name] ?? 0) + 1
    }
    return { calls, ended, counts, bytes: bytesRead, most: mostASecond() }
  },
}

/** A record of one of twelve callers to one of three models. */
function logged({ account, at, call, texts }) {
  const text = texts[Math.floor(Math.random() * texts.length)]
  return {
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(at).toISOString().replace('.000Z', 'Z'),
    accountId: account,
    identity: { arn: `arn:aws:sts::${account}:assumed-role/Team${call % 4}/session-${call % 3}` },
    region: REGION,
    requestId: randomUUID(),
    operation: 'Converse',
    modelId: ['us.amazon.nova-pro-v1:0', 'amazon.nova-lite-v1:0', 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'][
      call % 3
    ],
    input: {
      inputContentType: 'application/json',
      inputTokenCount: 100 + call,
      inputBodyJson: { messages: [{ role: 'user', content: [{ text }] }] },
    },
    output: {
      outputContentType: 'application/json',
      outputTokenCount: 50 + call,
      outputBodyJson: {
        output: { message: { role: 'assistant', content: [{ text }] } },
        metrics: { latencyMs: Math.floor(400 + 900 * Math.random()) },
      },
    },
  }
}

/** A point in every hour of each metric of some models. */
function putMetrics({ cloudwatch }, region, { models, hours }) {
  const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
  for (let model = 0; model < models; model++) {
    const dimensions = [{ Name: 'ModelId', Value: `maker.model-${model}-v1:0` }]
    for (const [name, value] of Object.entries({ ...COUNTS, ...LATENCIES })) {
      for (let hour = 0; hour < hours; hour++) {
        const timestamp = last - hour * HOUR_MS
        cloudwatch.putMetric(region, { namespace: 'AWS/Bedrock', name, dimensions, timestamp, value })
      }
    }
  }
}

/** The most calls of an operation that an account had in a Region within a second. */
function mostASecond() {
  const most = {}
  for (const [key, all] of times) {
    const operation = key.split(',').at(-1)
    for (let from = 0, to = 0; to < all.length; to++) {
      while (all[to] - all[from] >= 1_000) from += 1
      most[operation] = Math.max(most[operation] ?? 0, to - from + 1)
    }
  }
  return most
}

process.on('message', async ({ action, options }) => {
  try {
    process.send({ answer: await ACTIONS[action](options) })
  } catch (error) {
    process.send({ error: String(error) })
  }
})
