import { AwsFault, type ServiceId } from './service.ts'

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

/** Something that goes wrong on purpose. */
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

/** Counts calls and tells which fault strikes. The list may be changed at any time. */
export class FaultInjector {
  readonly faults: Fault[]
  readonly #matched = new WeakMap<Fault, number>()
  readonly #since = new WeakMap<Fault, number>()

  constructor(faults: readonly Fault[] = []) {
    this.faults = [...faults]
  }

  /** The fault that strikes this call at `now` (ms), if any; every fault that matches the call counts it. */
  strike(call: { service: ServiceId; operation: string; writing: boolean }, now: number): Fault | undefined {
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

function matches(fault: Fault, call: { service: ServiceId; operation: string; writing: boolean }): boolean {
  return (
    (fault.service ?? call.service) === call.service &&
    (fault.operation ?? call.operation) === call.operation &&
    (fault.writing ?? call.writing) === call.writing
  )
}

/** The error that a fault is answered with, in the service's own words; undefined for those that are no error answer. */
export function faultError(kind: FaultKind, service: ServiceId, operation: string): AwsFault | undefined {
  switch (kind) {
    case 'throttle':
      return throttle(service)
    case '500':
      return new AwsFault(internalCode(service), 'We encountered an internal error. Please try again.', 500)
    case '503':
      return new AwsFault('ServiceUnavailable', 'The service is temporarily unable to handle the request.', 503)
    case 'access-denied':
      return accessDenied(service, operation)
    case 'expired-token': {
      const json = service === 'logs' || service === 'bedrock' || service === 'cloudwatch'
      const code = json ? 'ExpiredTokenException' : 'ExpiredToken'
      return new AwsFault(code, 'The security token included in the request is expired', service === 's3' ? 400 : 403)
    }
    case 'timeout':
    case 'reset':
    case 'malformed':
      return undefined
  }
}

function throttle(service: ServiceId): AwsFault {
  if (service === 's3') return new AwsFault('SlowDown', 'Please reduce your request rate.', 503)
  if (service === 'bedrock') return new AwsFault('ThrottlingException', 'Too many requests', 429)
  if (service === 'logs') return new AwsFault('ThrottlingException', 'Rate exceeded', 400)
  return new AwsFault('Throttling', 'Rate exceeded', 400)
}

function internalCode(service: ServiceId): string {
  if (service === 's3') return 'InternalError'
  return service === 'bedrock' ? 'InternalServerException' : 'InternalFailure'
}

function accessDenied(service: ServiceId, operation: string): AwsFault {
  if (service === 's3') return new AwsFault('AccessDenied', 'Access Denied', 403)
  const message = `User is not authorized to perform: ${service}:${operation}`
  if (service === 'logs') return new AwsFault('AccessDeniedException', message, 400)
  if (service === 'bedrock') return new AwsFault('AccessDeniedException', message, 403)
  return new AwsFault(service === 'sns' ? 'AuthorizationError' : 'AccessDenied', message, 403)
}

const SERVICES: readonly string[] = ['sts', 'iam', 's3', 'cloudwatch', 'logs', 'bedrock', 'sns'] satisfies ServiceId[]

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
  if (typeof item !== 'object' || item === null) return 'must be an object'
  const { kind, service, operation, from, count, seconds, writing, when, ...rest } = item as Record<string, unknown>
  const unknown = Object.keys(rest)[0]
  if (unknown !== undefined) return `has an unknown member "${unknown}"`
  if (!FAULT_KINDS.some((known) => known === kind)) return `needs a kind: one of ${FAULT_KINDS.join(', ')}`
  if (service !== undefined && !SERVICES.includes(String(service)))
    return `has an unknown service: ${SERVICES.join(', ')}`
  if (operation !== undefined && typeof operation !== 'string') return 'has an operation that is not text'
  for (const number of [from, count]) {
    if (number !== undefined && !(Number.isInteger(number) && Number(number) > 0))
      return 'has a from or count that is not a whole number above zero'
  }
  if (seconds !== undefined && !(Number(seconds) > 0)) return 'has seconds that are not a number above zero'
  if (writing !== undefined && typeof writing !== 'boolean') return 'has a writing that is neither true nor false'
  return when === undefined || when === 'before' || when === 'after'
    ? undefined
    : 'has a when other than before or after'
}
