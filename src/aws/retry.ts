import type { Context } from '../core/context.ts'
import type { CallName } from './errors.ts'
import { faultOf, isRefused, rowOf, type SdkError } from './fault.ts'

const LONGEST_PAUSE_MS = 5_000
const DEADLINE_MS = 60_000

export interface RetryOptions {
  signal: AbortSignal
  maxAttempts: number
  /** Faults on AWS's side are not waited out: some emulations of AWS have nothing else to say. */
  isAdvice?: boolean
  isOnce?: boolean
  random(): number
}

/** Runs a call, and again while it fails with what time may heal, with full jitter. Rejects with what the last try threw. */
export async function withRetries<T>(cx: Context, call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const deadline = cx.clock.now() + DEADLINE_MS
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call()
    } catch (thrown) {
      if (options.signal.aborted) throw thrown
      const pause = pauseAfter(thrown, attempt, cx.clock.now(), options)
      if (pause === undefined || cx.clock.now() + pause > deadline) throw thrown
      await cx.clock.sleep(pause, options.signal)
    }
  }
}

/** Milliseconds to wait after the `attempt`th try (from 1) has failed; undefined when no other try may help. */
export function pauseAfter(
  thrown: unknown,
  attempt: number,
  now: number,
  { maxAttempts, random, isAdvice = false, isOnce = false }: Omit<RetryOptions, 'signal'>,
): number | undefined {
  const fault = faultOf(thrown)
  if (isAdvice && fault.class === 'server') return undefined
  if (isOnce && !isRefused(fault)) return undefined
  const { patience } = rowOf(fault)
  if (!patience || attempt >= Math.min(patience.attempts, maxAttempts)) return undefined
  const bound = Math.min(LONGEST_PAUSE_MS, patience.firstPauseMs * 2 ** (attempt - 1))
  return Math.max(Math.ceil(random() * bound), retryAfterMs(thrown, now))
}

/** What the answer's `Retry-After` asks for: seconds, or a date (RFC 9110, 10.2.3). 0 where it says nothing. */
function retryAfterMs(thrown: unknown, now: number): number {
  const said = (thrown as SdkError | undefined)?.$response?.headers?.['retry-after'] ?? ''
  const ms = /^\s*\d+(\.\d+)?\s*$/.test(said) ? Number(said) * 1_000 : dateOf(said) - now
  return Number.isFinite(ms) ? Math.max(0, ms) : 0
}

/** `Date.parse` makes a date of nearly anything: of -5, a day in May 2001. */
const dateOf = (text: string) => (/^[A-Za-z]+,? .*\d\d:\d\d/.test(text) ? Date.parse(text) : Number.NaN)

const FIRST_PAUSE_MS = 500

export interface RetryUntil<T> {
  run(): Promise<T>
  retryOn(error: unknown): boolean
  deadlineMs: number
  /** Told before the first pause, so that the user learns what is waited for. */
  onWait(): void
}

/** Tries until it succeeds, fails for another reason, or the deadline has passed; pauses grow from 0.5 s to 5 s. */
export async function retryUntil<T>(cx: Context, options: RetryUntil<T>): Promise<T> {
  const deadline = cx.clock.now() + options.deadlineMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await options.run()
    } catch (error) {
      const left = deadline - cx.clock.now()
      if (!options.retryOn(error) || left <= 0) throw error
      if (pause === FIRST_PAUSE_MS) options.onWait()
      await cx.clock.sleep(Math.min(pause, left), cx.signal)
    }
  }
}

const QUOTAS: ReadonlyMap<string, number> = new Map([
  ['cloudwatch:PutMetricAlarm', 3],
  ['cloudwatch:DeleteAlarms', 3],
  ['cloudwatch:DescribeAlarms', 9],
  ['cloudwatch:PutDashboard', 10],
  ['cloudwatch:GetDashboard', 10],
  ['cloudwatch:DeleteDashboards', 10],
  ['cloudwatch:ListMetrics', 25],
  // 500 for accounts of today, 50 for older ones.
  ['cloudwatch:GetMetricData', 50],
])

/** How long a call has to wait, ms, which is counted as made then: a bucket of `perSecond` calls that fills at that rate. */
export function turnsOf(perSecond: number): (now: number) => number {
  const gap = 1_000 / perSecond
  let full = Number.NEGATIVE_INFINITY
  return (now) => {
    full = Math.max(full, now) + gap
    return Math.max(0, Math.ceil(full - now - perSecond * gap))
  }
}

export function rateLimits(): (call: CallName, now: number) => number {
  const turns = new Map([...QUOTAS].map(([name, quota]) => [name, turnsOf(quota)]))
  return ({ service, operation }, now) => turns.get(`${service}:${operation}`)?.(now) ?? 0
}
