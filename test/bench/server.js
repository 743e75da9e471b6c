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

const ACTIONS = {
  /** An empty account. */
  async fresh() {
    await sandbox?.close()
    sandbox = await startSandbox({ region: REGION })
    recording = undefined
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
    const last = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    for (let model = 0; model < models; model++) {
      const dimensions = [{ Name: 'ModelId', Value: `maker.model-${model}-v1:0` }]
      for (const [name, value] of Object.entries({ ...COUNTS, ...LATENCIES })) {
        for (let hour = 0; hour < 24 * days; hour++) {
          const timestamp = last - hour * HOUR_MS
          sandbox.services.cloudwatch.putMetric(REGION, {
            namespace: 'AWS/Bedrock',
            name,
            dimensions,
            timestamp,
            value,
          })
        }
      }
    }
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
    return { calls, ended, counts }
  },
}

process.on('message', async ({ action, options }) => {
  try {
    process.send({ answer: await ACTIONS[action](options) })
  } catch (error) {
    process.send({ error: String(error) })
  }
})
