import { timeKey } from '../grouping.ts'
import { type AttoUsd, type NanoUsd, toNano } from '../money.ts'
import type { Part } from './explain.ts'
import type { Amounts, Cell } from './model.ts'
import type { Aspects, Place } from './units.ts'

/** A cell before it is rounded. */
export interface Exact extends Pick<Cell, 'billedQuantity' | 'measuredQuantity'> {
  of: Place
  aspects: Aspects
  estimate: AttoUsd
  parts: Part[]
}

/** A cell in whole nano-dollars. */
export interface Rounded extends Omit<Cell, keyof Amounts | 'causes'> {
  estimate: NanoUsd
  parts: readonly { side: Part['side']; cause: string; nanos: NanoUsd }[]
}

/**
 * Estimates and parts are rounded by their running totals, so that all sums of them are right to the nano-dollar; what the bill
 * has is what they add up to. Where the whole of it is a nano-dollar off, that is told as rounding.
 */
export function rounded(cells: readonly Exact[], billed: AttoUsd): Rounded[] {
  const [estimate, part] = [running(), running()]
  const days = new Map(cells.map(({ of: { day } }) => [day, '']))
  for (const day of days.keys()) days.set(day, timeKey('day', day, 'UTC'))
  const all = cells.map((of): Rounded => {
    const parts = of.parts.map(({ side, cause, amount }) => ({ side, cause, nanos: part.next(amount) }))
    const { account, region, model, day } = of.of
    return {
      day: days.get(day) ?? '',
      account,
      region,
      model,
      kind: of.aspects.kind,
      terms: termsText(of),
      billedQuantity: of.billedQuantity,
      measuredQuantity: of.measuredQuantity,
      estimate: estimate.next(of.estimate),
      parts: parts.filter(({ nanos }) => nanos !== 0n),
    }
  })
  const slack = toNano(billed) - estimate.total() - part.total()
  const last = all.at(-1)
  if (last && slack !== 0n) last.parts = [...last.parts, { side: 'rate', cause: 'rounding', nanos: slack }]
  return all
}

function running() {
  let [exact, told] = [0n, 0n]
  return {
    next(amount: AttoUsd): NanoUsd {
      exact += amount
      const grown = toNano(exact) - told
      told += grown
      return grown
    },
    total: () => told,
  }
}

function termsText({ of, aspects: { tier, long, routing, modality } }: Exact): string {
  const words = [tier, long && 'long', routing !== 'in-region' && routing, modality, of.mantle && 'mantle']
  return words.filter((word) => word !== false && word !== '').join(' ')
}
