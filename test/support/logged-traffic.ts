import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import { bucketNameOf } from '../../src/aws/log-bucket.ts'
import type { Window } from '../../src/report/model.ts'
import { lastHours } from '../../src/report/window.ts'
import type { TrafficIdentity, TrafficModel } from '../../src/sandbox/traffic/models.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../src/sandbox/traffic.ts'
import type { SourceRequest } from './report.ts'
import { REGION, type World } from './world.ts'

export interface LoggedTraffic {
  window: Window
  invocations: Invocation[]
}

export interface PlayOptions {
  seed: number
  hours: number
  perHour: number
  region?: string
  variesTerms?: boolean
  isUnsteady?: boolean
  identities?: readonly TrafficIdentity[]
  models?: readonly TrafficModel[]
}

/** Plays a seeded window of traffic into a world in which logging has been set up. */
export function playLogged({ sandbox, cx }: World, { region = REGION, ...options }: PlayOptions): LoggedTraffic {
  const { seed, hours, perHour, variesTerms = false, isUnsteady = false, identities, models } = options
  const window = lastHours(cx.clock.now(), hours)
  const end = Math.min(window.end, cx.clock.now())
  const common = {
    seed,
    start: window.start,
    end,
    account: sandbox.account,
    region,
    variesTerms,
    ...(identities && { identities }),
    ...(models && { models }),
  }
  // A test is to find as much at night as at noon.
  const invocations = generateTraffic({ ...common, invocationsPerHour: perHour, steady: true })
  playTraffic(sandbox.services, invocations, { isUnsteady })
  return { window, invocations }
}

/** The ways to ask for one window of a world, with Athena where its settings have a lake; `folder` is where its bucket was downloaded to. */
export function sourcesOf({ sandbox, cx, env }: World, window: Window, folder: string): Record<string, SourceRequest> {
  const common = { accountId: sandbox.account, places: [{ region: REGION, cx }], window }
  return {
    metrics: { name: 'metrics', ...common },
    logs: { name: 'logs', ...common, logGroup: env.settings.logGroupName },
    s3: { name: 's3', ...common, bucket: bucketNameOf(env), keyPrefix: env.settings.keyPrefix },
    ...(env.settings.lake && { athena: { name: 'athena', ...common } }),
    file: { name: 'file', path: folder, window },
  }
}

/** Downloads the whole bucket as `aws s3 sync` does, with markers and large bodies. */
export async function download({ cx, env }: World, folder: string): Promise<void> {
  const Bucket = bucketNameOf(env)
  let token: string | undefined
  do {
    const page = await cx.aws.s3.send(
      new ListObjectsV2Command({ Bucket, ...(token !== undefined && { ContinuationToken: token }) }),
    )
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await cx.aws.s3.send(new GetObjectCommand({ Bucket, Key }))
      const path = join(folder, Key)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, (await Body?.transformToByteArray()) ?? new Uint8Array())
    }
    token = page.NextContinuationToken
  } while (token !== undefined)
}

/** Writes the log group's events to a file as an export does: each with its time before it. */
export async function exportGroup({ sandbox, env }: World, file: string): Promise<void> {
  const group = sandbox.services.logs.groupsOf(env.region).get(env.settings.logGroupName)
  const events = [...(group?.streams.values() ?? [])].flatMap((stream) => stream.events)
  const lines = events.map(({ timestamp, message }) => `${new Date(timestamp).toISOString()} ${message}\n`)
  await writeFile(file, gzipSync(lines.join('')))
}

/** The calls whose latency an invocation log tells: InvokeModel logs none, and no call does that failed. */
export function withLoggedLatency(invocations: readonly Invocation[]): Invocation[] {
  return invocations.filter(({ operation, latencyMs }) => operation !== 'InvokeModel' && latencyMs !== undefined)
}
