import type { Fault } from './faults.ts'
import type { ServiceId } from './service.ts'

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
