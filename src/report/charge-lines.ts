import type { Charge } from './charges.ts'
import type { Row } from './model.ts'
import type { AttoUsd } from './money.ts'
import { STANDARD_TERMS, type Terms } from './terms.ts'

/** All charges at one price: of a kind of billed thing of a model in a Region, on the same terms. */
export interface ChargeLine extends Pick<Charge, 'kind' | 'quantity' | 'rate' | 'amount' | 'source'> {
  of: string
  terms: Pick<Terms, 'tier' | 'promptOver'>
  /** The model whose price it is, where that is another than the one called. */
  billedModel?: string
  /** The same at the list's prices, which may be the same ones; null where the list has none. */
  listRate: AttoUsd | null
  listAmount: AttoUsd | null
}

export type ChargeLines = Map<string, ChargeLine>

export function addToLines(lines: ChargeLines, row: Row, charges: readonly Charge[]): void {
  const { dimensions, billedModel, terms = STANDARD_TERMS } = row
  const { model, region } = dimensions
  for (const { kind, quantity, rate, amount, source, listAmount = amount } of charges) {
    const of = [kind.name, region, terms.tier, terms.promptOver, billedModel ?? '', model, dimensions.kind].join('\n')
    const listRate = rate === null || listAmount === null ? null : listAmount / BigInt(quantity)
    const line = { of, kind, quantity, rate, amount, source, terms, listRate, listAmount }
    addLine(lines, billedModel === undefined ? line : { ...line, billedModel })
  }
}

export function joinLines(all: Iterable<ChargeLines>): ChargeLines {
  const joined: ChargeLines = new Map()
  for (const lines of all) for (const line of lines.values()) addLine(joined, { ...line })
  return joined
}

function addLine(lines: ChargeLines, line: ChargeLine): void {
  const { of, rate, amount, listRate, listAmount } = line
  const key = [rate, amount === null, listRate, listAmount === null, of].join('\n')
  const sum = lines.get(key)
  if (!sum) {
    lines.set(key, line)
    return
  }
  sum.quantity += line.quantity
  if (sum.amount !== null) sum.amount += amount ?? 0n
  if (sum.listAmount !== null) sum.listAmount += listAmount ?? 0n
}
