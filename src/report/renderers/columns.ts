import { percent, whole } from '../../text/numbers.ts'
import type { Usage } from '../model.ts'
import { TIMINGS } from './fields.ts'

/** A column of numbers between the model and the cost. */
export interface Column {
  /** How it is called when it is left out. */
  name: string
  /** Its heading, in two lines. */
  heading: readonly [string, string]
  cell(usage: Usage): string
  /** Nothing but zeros and unknowns tell the reader little. */
  empty(usage: Usage): boolean
  /** Marks what needs attention. */
  alarming?(usage: Usage): boolean
}

function count(
  name: string,
  heading: readonly [string, string],
  of: (usage: Usage) => number | null,
  alarming = false,
): Column {
  return {
    name,
    heading,
    cell: (usage) => whole(of(usage)),
    empty: (usage) => of(usage) === 0,
    ...(alarming && { alarming: (usage: Usage) => (of(usage) ?? 0) > 0 }),
  }
}

function duration(name: string, heading: readonly [string, string], of: (usage: Usage) => number | null): Column {
  return { name, heading, cell: (usage) => whole(of(usage)), empty: (usage) => of(usage) === null }
}

const invocations = count('invocations', ['', 'Invocations'], (usage) => usage.invocations)
const inputTokens = count('input tokens', ['Input', 'tokens'], (usage) => usage.inputTokens)
const outputTokens = count('output tokens', ['Output', 'tokens'], (usage) => usage.outputTokens)
const errorRate: Column = {
  name: 'error rate',
  heading: ['Error', 'rate'],
  cell: (usage) => percent(usage.errorRate),
  empty: (usage) => usage.errorRate === 0,
  alarming: (usage) => (usage.errorRate ?? 0) > 0,
}
const clientErrors = count('client errors', ['Client', 'errors'], (usage) => usage.clientErrors, true)
const serverErrors = count('server errors', ['Server', 'errors'], (usage) => usage.serverErrors, true)
const throttles = count('throttles', ['', 'Throttles'], (usage) => usage.throttles, true)
const cacheRead = count('cache-read tokens', ['Cache', 'read'], (usage) => usage.cacheReadTokens)
const cacheWrite = count('cache-write tokens', ['Cache', 'write'], (usage) => usage.cacheWriteTokens)
const images = count('images', ['', 'Images'], (usage) => usage.images)
const latency = Object.fromEntries(
  TIMINGS.map((stat) => [stat, duration(`latency ${stat}`, [stat, 'ms'], (usage) => usage.latencyMs[stat])]),
) as Record<(typeof TIMINGS)[number], Column>
const firstToken = Object.fromEntries(
  TIMINGS.map((stat) => [stat, duration(`TTFT ${stat}`, ['TTFT', stat], (usage) => usage.timeToFirstTokenMs[stat])]),
) as Record<(typeof TIMINGS)[number], Column>

/** All columns in the order in which they stand. */
export const COLUMNS: readonly Column[] = [
  invocations,
  clientErrors,
  serverErrors,
  errorRate,
  throttles,
  inputTokens,
  outputTokens,
  cacheRead,
  cacheWrite,
  images,
  ...TIMINGS.map((stat) => latency[stat]),
  ...TIMINGS.map((stat) => firstToken[stat]),
]

/** What goes when the terminal is narrow, first things first. */
export const DROP_ORDER: readonly Column[] = [
  firstToken.p90,
  firstToken.max,
  firstToken.p50,
  firstToken.p99,
  images,
  latency.p90,
  latency.max,
  clientErrors,
  serverErrors,
  cacheWrite,
  firstToken.avg,
  latency.p50,
  throttles,
  cacheRead,
  latency.p99,
  latency.avg,
  errorRate,
]

/** What goes after these where not even they made room enough. The cost always stays. */
export const DROP_LAST: readonly Column[] = [outputTokens, inputTokens, invocations]
