import { signedUsd, usd } from '../../text/numbers.ts'
import { ADJUSTMENT_TITLES, type Adjustment } from '../bill/kinds.ts'
import type { CostMetric } from '../bill/line.ts'
import type { Report } from '../view.ts'
import { billedUpTo } from '../window.ts'

const METRIC_WORDS: ReadonlyMap<CostMetric, string> = new Map([
  ['unblended', 'unblended cost'],
  ['net', 'net unblended cost'],
  ['amortized', 'amortized cost'],
  ['net-amortized', 'net amortized cost'],
])

/** What a bill is of and how far it goes, and what is added and taken off apart from use; nothing of other sources. */
export function billTexts({
  bill,
  window,
  generatedAt,
  total: { costIsFloor },
}: Report): { label: string; text: string }[] {
  if (!bill) return []
  const { metric, through, isFinal, adjustments, totalUsd } = bill
  const isCut = Date.parse(window.end) === billedUpTo(Date.parse(generatedAt))
  const facts = [
    METRIC_WORDS.get(metric) ?? metric,
    ...(through === null ? [] : [`through ${through}`]),
    ...(isCut ? [`later days are not whole yet and left out (--until ${generatedAt.slice(0, 10)})`] : []),
    ...(isFinal === null ? [] : [isFinal ? 'closed' : 'AWS may still change it']),
  ]
  const parts = adjustmentTexts(adjustments ?? {})
  const total = totalUsd === null ? '' : `; with these it comes to ${costIsFloor ? 'at least ' : ''}${usd(totalUsd)}`
  return [
    { label: 'Bill', text: facts.join('; ') },
    ...(parts.length === 0 ? [] : [{ label: 'Apart', text: `${parts.join(', ')}${total}` }]),
  ]
}

/** What a bill adds or takes off apart from use. */
export function adjustmentTexts(adjustments: Partial<Record<Adjustment, number>>): string[] {
  return Object.entries(adjustments).flatMap(([name, amount]) =>
    amount === 0 ? [] : [`${ADJUSTMENT_TITLES.get(name as Adjustment) ?? name} ${signedUsd(amount)}`],
  )
}
