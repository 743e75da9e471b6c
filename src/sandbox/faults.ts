import { isObject } from './json-text.ts'
import { SERVICE_IDS, type ServiceId } from './service.ts'

export const FAULT_KINDS = [
  'throttle',
  '500',
  '503',
  'timeout',
  'reset',
  'access-denied',
  'expired-token',
  'malformed',
] as const

export type FaultKind = (typeof FAULT_KINDS)[number]

export interface Fault {
  readonly kind: FaultKind
  /** Of this service only: `iam`. */
  readonly service?: ServiceId
  /** Of this operation only: `CreateRole`. */
  readonly operation?: string
  /** The first matching call that it strikes, counted from 1, which is the default. */
  readonly from?: number
  /** How many calls it strikes from there on; 1 by default, or any number where `seconds` is given. */
  readonly count?: number
  /** How long it lasts, by the sandbox's clock, from the first call that it strikes. */
  readonly seconds?: number
  /** Of calls that may change something only. */
  readonly writing?: boolean
  /** Whether the call has taken effect when it fails: `before` (the default) it had none, `after` only its answer is lost. */
  readonly when?: 'before' | 'after'
}

/** Faults as read from a file: a list of `Fault` objects. Throws an `Error` that names the first thing that is wrong. */
export function parseFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new Error('faults must be a list')
  return value.map((item: unknown, index) => {
    const problem = problemOf(item)
    if (problem !== undefined) throw new Error(`faults[${index}] ${problem}`)
    return item as Fault
  })
}

function problemOf(item: unknown): string | undefined {
  if (!isObject(item)) return 'must be an object'
  const { kind, service, operation, from, count, seconds, writing, when, ...rest } = item
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) return `has an unknown member "${unknown}"`
  if (!FAULT_KINDS.some((known) => known === kind)) return `needs a kind: one of ${FAULT_KINDS.join(', ')}`
  if (service !== undefined && !SERVICE_IDS.some((known) => known === service)) {
    return `has an unknown service: one of ${SERVICE_IDS.join(', ')}`
  }
  if (operation !== undefined && typeof operation !== 'string') return 'has an operation that is not text'
  const isCount = (number: unknown) => number === undefined || (Number.isInteger(number) && Number(number) > 0)
  if (!isCount(from) || !isCount(count)) return 'has a from or count that is not a whole number above zero'
  if (seconds !== undefined && !(Number(seconds) > 0)) return 'has seconds that are not a number above zero'
  if (writing !== undefined && typeof writing !== 'boolean') return 'has a writing that is neither true nor false'
  const isKnown = when === undefined || when === 'before' || when === 'after'
  return isKnown ? undefined : 'has a when other than before or after'
}

/** A call as faults are held against it. */
interface StruckCall {
  readonly service: ServiceId
  readonly operation: string
  readonly writing: boolean
}

/** Counts calls and tells which fault strikes. The list may be changed at any time. */
export class FaultInjector {
  readonly faults: Fault[]
  readonly #matched = new WeakMap<Fault, number>()
  readonly #since = new WeakMap<Fault, number>()

  constructor(faults: readonly Fault[] = []) {
    this.faults = [...faults]
  }

  /** The fault that strikes this call at `now` (ms), if any; every fault that matches the call counts it. */
  strike(call: StruckCall, now: number): Fault | undefined {
    const striking = this.faults.filter((fault) => matches(fault, call) && this.#isDue(fault, now))
    return striking[0]
  }

  #isDue(fault: Fault, now: number): boolean {
    const nth = (this.#matched.get(fault) ?? 0) + 1
    this.#matched.set(fault, nth)
    const from = fault.from ?? 1
    const count = fault.count ?? (fault.seconds === undefined ? 1 : Number.POSITIVE_INFINITY)
    if (nth < from || nth >= from + count) return false
    const since = this.#since.get(fault) ?? now
    this.#since.set(fault, since)
    return fault.seconds === undefined || now < since + fault.seconds * 1_000
  }
}

function matches(fault: Fault, call: StruckCall): boolean {
  return (
    (fault.service ?? call.service) === call.service &&
    (fault.operation ?? call.operation) === call.operation &&
    (fault.writing ?? call.writing) === call.writing
  )
}
