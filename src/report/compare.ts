import type { Charge, ChargeLines } from './charges.ts'
import { type AttoUsd, type NanoUsd, scale, toNano, toUsd } from './money.ts'

export interface Line {
  unit: Charge['kind']['unit']
  quantity: number
  amount: AttoUsd
}

/** By what sets the price. What has no price is in no line. */
export type Lines = Map<string, Line>

/** What was charged, put together by what sets a price, whatever the price was. */
export function linesOf(all: Iterable<ChargeLines>): Lines {
  const lines: Lines = new Map()
  for (const charged of all) {
    for (const { of, kind, quantity, amount } of charged.values()) {
      if (amount === null) continue
      const line = lines.get(of) ?? { unit: kind.unit, quantity: 0, amount: 0n }
      line.quantity += quantity
      line.amount += amount
      lines.set(of, line)
    }
  }
  return lines
}

/** One of the two windows: what was used, and its cost as it is published. */
export interface Side {
  lines: Lines
  cost: NanoUsd | null
  /** Of the window before: so much of it is compared, where that is not all. Two whole numbers, such as 30 days of 31. */
  part?: Part | undefined
}

export type Part = readonly [of: number, all: number]

/**
 * Splits a change of cost in three that add up to it. Volume: so many more tokens (or images) at what all of them cost on average before. Price: what was
 * used of each line, at what that costs more than before. Mix is the rest: other models, tiers and kinds of tokens than before.
 * Where nothing was used before, all is volume. Of a window of another length so much is compared as its `part` says. Undefined where one of the costs is not known.
 */
export function split(before: Side, now: Side) {
  if (before.cost === null || now.cost === null) return undefined
  const change = now.cost - partOf(before, before.cost)
  if (before.lines.size === 0) return { change, volume: change, mix: 0n, price: 0n }
  const [was, is] = [sumsOf(before.lines), sumsOf(now.lines)]
  const volume = [...was].reduce((sum, [unit, { quantity, amount }]) => {
    // What corrections of a bill bring to nothing had no cost on average.
    return quantity === 0 ? sum : sum + scale(amount, is.get(unit)?.quantity ?? 0, quantity) - partOf(before, amount)
  }, 0n)
  const price = [...now.lines].reduce((sum, [key, { quantity, amount }]) => {
    const line = before.lines.get(key)
    return line?.quantity ? sum + amount - scale(line.amount, quantity, line.quantity) : sum
  }, 0n)
  const [volumeNano, priceNano] = [toNano(volume), toNano(price)]
  return { change, volume: volumeNano, price: priceNano, mix: change - volumeNano - priceNano }
}

function partOf({ part }: Side, amount: bigint): bigint {
  return part ? scale(amount, ...part) : amount
}

function sumsOf(lines: Lines): Map<Line['unit'], { quantity: number; amount: AttoUsd }> {
  const sums = new Map<Line['unit'], { quantity: number; amount: AttoUsd }>()
  for (const { unit, quantity, amount } of lines.values()) {
    const sum = sums.get(unit) ?? { quantity: 0, amount: 0n }
    sums.set(unit, { quantity: sum.quantity + quantity, amount: sum.amount + amount })
  }
  return sums
}

/** A change as it is published: US dollars to the nano-dollar, all null where a cost is not known; percent also of nothing, or of a credit. */
export interface Change {
  usd: number | null
  percent: number | null
  volumeUsd: number | null
  mixUsd: number | null
  priceUsd: number | null
}

export function changeOf(before: Side, now: Side): Change {
  const { change, volume, mix, price } = split(before, now) ?? {}
  const was = partOf(before, before.cost ?? 0n)
  const usd = (amount: NanoUsd | undefined) => (amount === undefined ? null : toUsd(amount))
  const percent = change !== undefined && was > 0n ? (Number(change) / Number(was)) * 100 : null
  return { usd: usd(change), percent, volumeUsd: usd(volume), mixUsd: usd(mix), priceUsd: usd(price) }
}
