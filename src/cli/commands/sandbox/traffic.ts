import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Context } from '../../../core/context.ts'
import { AppError, fileFault, usageError } from '../../../core/errors.ts'
import { jsonFault } from '../../../core/json.ts'
import type { BillOptions } from '../../../sandbox/bill/bill.ts'
import { exportFiles } from '../../../sandbox/bill/exports.ts'
import { type Fault, parseFaults } from '../../../sandbox/faults.ts'
import { type Sandbox, startSandbox } from '../../../sandbox/sandbox.ts'
import {
  type FeatureOptions,
  featureCharges,
  featureTraffic,
  generateTraffic,
  type Invocation,
  type Played,
  playTraffic,
  type TrafficOptions,
} from '../../../sandbox/traffic.ts'
import { textOf } from '../../../text/encoding.ts'

export type PlayedDay = ReturnType<typeof playDay>

export const DEFAULT_SEED = 1

export type Play = (calls: readonly Invocation[]) => Played

const TICK_MS = 5_000
const FIRST_MEMBER = 200_000_000_001

/** Plays made-up calls of Bedrock from `start` to `end` (ms) into a sandbox. The same seed gives the same calls. */
export function playDay(
  { account, region, services }: Sandbox,
  seed: number,
  window: { start: number; end: number },
  play: Play = (calls) => playTraffic(services, calls),
  shape: Pick<TrafficOptions, 'weekly' | 'spike' | 'invocationsPerHour'> = {},
) {
  const calls = generateTraffic({ seed, ...window, account, region, ...shape })
  const { records, objects } = play(calls)
  const sum = (of: 'inputTokens' | 'outputTokens') => calls.reduce((total, call) => total + call[of], 0)
  return {
    seed,
    calls: calls.length,
    models: new Set(calls.map(({ modelId }) => modelId)).size,
    identities: new Set(calls.map(({ identity }) => identity)).size,
    /** As CloudWatch counts them: throttled and rejected calls are none. */
    invocations: calls.filter(({ outcome }) => outcome === 'success' || outcome === 'server-error').length,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    /** Log records delivered, and objects in the bucket; 0 while logging is off. */
    records,
    objects,
  }
}

/** Has everything besides models used, and billed, from `start` to `end` (ms). */
export function playFeatures(
  { account, region, services }: Sandbox,
  about: Pick<FeatureOptions, 'seed' | 'start' | 'end' | 'callsPerHour'>,
): void {
  const samples = featureTraffic({ ...about, account, region })
  for (const sample of samples) services.cloudwatch.putMetric(region, sample)
  services.bill.charge(featureCharges(samples, { account, region }))
}

/** Writes the bill of all accounts into a folder as AWS exports it, in both of its forms. */
export async function writeBill(sandbox: Sandbox, folder: string, now: number): Promise<void> {
  const accounts = [sandbox.account, ...sandbox.organizations.members.map(({ id }) => id)]
  const entries = accounts.flatMap((account) => sandbox.servicesOf(account).bill.entries(now))
  const about = { bucket: 'sandbox', prefix: '', payer: sandbox.account }
  const files = [
    ...exportFiles(entries, { ...about, table: 'COST_AND_USAGE_REPORT', name: 'cur' }, now),
    ...exportFiles(entries, { ...about, table: 'FOCUS_1_2_AWS', name: 'focus' }, now),
  ]
  for (const { key, body } of files) {
    await mkdir(dirname(join(folder, key)), { recursive: true })
    await writeFile(join(folder, key), body)
  }
}

/** How calls happen in an account whose invocation log is on, without the rest of a set-up. */
export function playLogged({ account, region, services }: Sandbox, now: number): Play {
  const logGroupName = '/aws/bedrock/modelinvocations'
  void services.logs.operations.CreateLogGroup?.({ logGroupName }, { account, region, now })
  const loggingConfig = () => ({ cloudWatchConfig: { logGroupName, roleArn: '' } })
  return (calls) => playTraffic({ ...services, bedrock: { loggingConfig } }, calls)
}

/** Each tick, more often than CloudWatch: calls are played up to a tick late. Rejects when the context is aborted. */
export async function watchAlarms(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  { services }: Pick<Sandbox, 'services'>,
): Promise<never> {
  for (;;) {
    services.cloudwatch.evaluateAlarms(clock.now())
    await clock.sleep(TICK_MS, signal)
  }
}

/** Goes on with calls as time goes by, so many a minute from `start` (ms) on. Rejects when the context is aborted. */
export async function playOn(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  sandbox: Sandbox,
  { seed, perMinute, start, features = false }: { seed: number; perMinute: number; start: number; features?: boolean },
  play: Play,
): Promise<never> {
  const { account, region } = sandbox
  for (let tick = 1, from = start; ; tick += 1) {
    await clock.sleep(TICK_MS, signal)
    // Calls happen at full seconds: what has begun of this one belongs to the next tick.
    const end = Math.floor(clock.now() / 1_000) * 1_000
    const window = { seed: seed + tick, start: from, end }
    play(generateTraffic({ ...window, account, region, invocationsPerHour: perMinute * 60, steady: true }))
    if (features) playFeatures(sandbox, { ...window, callsPerHour: perMinute * 10 })
    from = end
  }
}

/** Faults from a JSON file. Throws a usage error that names the file and the first thing that is wrong in it. */
export async function readFaults(file: string): Promise<Fault[]> {
  const refuse = (why: string) =>
    usageError(`--faults ${file}: ${why}`, 'it is a JSON list such as [{ "kind": "throttle", "service": "iam" }]')
  const bytes = await readFile(file).catch((error: unknown) => {
    throw refuse(fileFault(error))
  })
  try {
    return parseFaults(JSON.parse(textOf(bytes)))
  } catch (error) {
    throw refuse(jsonFault(error))
  }
}

/** Starts the local AWS. Throws an `AppError` where the port cannot be had. */
export async function openSandbox(options: {
  port: number
  region: string
  faults: Fault[]
  /** How many other accounts its organization has. The last of several lacks the role to read with. */
  members?: number
  linked?: boolean
  bill?: BillOptions
}): Promise<Sandbox> {
  const { members: count = 0, linked = false, ...others } = options
  const members = Array.from({ length: count }, (_, index) => ({
    id: String(FIRST_MEMBER + index),
    name: `team-${index + 1}`,
    ...(linked && { links: { [options.region]: ['metrics', 'logs'] as const } }),
    ...(count > 1 && index === count - 1 ? {} : { roles: { BedrockMonitorReader: true as const } }),
  }))
  try {
    return await startSandbox({ ...others, members })
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'EADDRINUSE' ? 'it is taken' : code === 'EACCES' ? 'it needs more permissions' : message
    throw new AppError('failed', code ?? 'SandboxFailed', `the sandbox cannot listen on port ${options.port}: ${why}`, {
      hint: 'pass another --port, or none for a free one',
      cause: error,
    })
  }
}
