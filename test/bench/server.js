/**
 * The local AWS in a process of its own, started by `sandbox.js`: does as it is told by messages, each answered when it is
 * done, and keeps what was asked of it.
 */
import { startSandbox } from '../../build/sandbox/sandbox.js'
import { generateTraffic, playTraffic } from '../../build/sandbox/traffic.js'
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
  /** From now on calls are kept. */
  listen() {
    sandbox.calls.length = 0
    times = new Map()
    sandbox.calls.push = (call) => {
      const key = [call.account, call.region, call.operation].join()
      times.set(key, [...(times.get(key) ?? []), performance.now()])
      return Array.prototype.push.call(sandbox.calls, call)
    }
    recording = recordCalls(sandbox.services)
  },
  /** What was asked since `listen`, and how often each operation was. */
  heard() {
    const { calls, ended } = recording.stop()
    const counts = {}
    for (const { service, operation } of sandbox.calls) {
      const name = `${service}:${operation}`
      counts[name] = (counts[name] ?? 0) + 1
    }
    return { calls, ended, counts, most: mostASecond() }
  },
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
