import type { Invocation } from '../traffic/invocation.ts'
import { type BillOptions, billOf, DAY_MS } from './bill.ts'
import type { BillEntry, OtherCharge } from './entry.ts'

/** What an account is billed: its calls are put here as they happen. */
export interface Ledger {
  /** What else is to be on the bill; may be replaced at any time. */
  options: BillOptions
  add(calls: readonly Invocation[]): void
  /** For anything else than calls of models. */
  charge(some: readonly OtherCharge[]): void
  /** As it stands at a moment, ms. */
  entries(now: number): readonly BillEntry[]
  /** The same by the day, for Cost Explorer. */
  days(now: number): readonly BillEntry[]
}

export function createLedger(options: BillOptions = {}): Ledger {
  const calls: Invocation[] = []
  const charges: OtherCharge[] = []
  // A bill changes by the day, and pages of one answer ask for the same.
  const told = (by: 'hour' | 'day') => {
    let latest: { key: string; options: BillOptions; entries: readonly BillEntry[] } | undefined
    return (now: number) => {
      const key = `${Math.floor(now / DAY_MS)} ${calls.length} ${charges.length}`
      if (latest?.key !== key || latest.options !== self.options) {
        const withCharges = { ...self.options, charges: [...(self.options.charges ?? []), ...charges] }
        latest = { key, options: self.options, entries: billOf(calls, withCharges, now, by) }
      }
      return latest.entries
    }
  }
  const self: Ledger = {
    options,
    add(some) {
      for (const call of some) calls.push(call)
    },
    charge(some) {
      for (const charge of some) charges.push(charge)
    },
    entries: told('hour'),
    days: told('day'),
  }
  return self
}
