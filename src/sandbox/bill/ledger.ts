import type { Invocation } from '../traffic/invocation.ts'
import { type BillOptions, billOf, DAY_MS } from './bill.ts'
import type { BillEntry } from './entry.ts'

/** What an account is billed: its calls are put here as they happen. */
export interface Ledger {
  /** What else is to be on the bill; may be replaced at any time. */
  options: BillOptions
  add(calls: readonly Invocation[]): void
  /** As it stands at a moment, ms. */
  entries(now: number): readonly BillEntry[]
}

export function createLedger(options: BillOptions = {}): Ledger {
  const calls: Invocation[] = []
  let latest: { key: string; options: BillOptions; entries: readonly BillEntry[] } | undefined
  const self: Ledger = {
    options,
    add(some) {
      for (const call of some) calls.push(call)
    },
    entries(now) {
      // A bill changes by the day, and pages of one answer ask for the same.
      const key = `${Math.floor(now / DAY_MS)} ${calls.length}`
      if (latest?.key !== key || latest.options !== self.options) {
        latest = { key, options: self.options, entries: billOf(calls, self.options, now) }
      }
      return latest.entries
    },
  }
  return self
}
