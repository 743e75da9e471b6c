import type { Suggestion } from '../../../steps/alarms/suggest.ts'
import { short } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'

const GAP = 2
const LEAST_COLUMNS = 40

/** A line for each threshold or, where that is too wide for the terminal, a block. */
export function printSuggestions(out: Output, suggestions: readonly Suggestion[]): void {
  out.line('What two weeks suggest, by the periods with calls in the busiest Region')
  for (const line of table({ columns: COLUMNS, gap: GAP }, suggestions, out)) out.line(line)
  const texts = [
    'Rang: how often the alarm would have, at the suggested threshold (at the present one).',
    ...[...new Set(suggestions.flatMap(({ kept }) => kept ?? []))].map((kept) => staying(suggestions, kept)),
  ]
  for (const line of texts.flatMap((text) => wrap(text, Math.max(LEAST_COLUMNS, out.width)))) out.line(line)
}

/** Which thresholds stay for one reason. */
function staying(suggestions: readonly Suggestion[], why: string): string {
  const those = suggestions.filter(({ kept }) => kept === why)
  if (those.length === suggestions.length) return `All stay as they are: ${why}.`
  return `Stays as it is: ${those.map(({ what }) => what).join('; ')} (${why}).`
}

function figure(heading: string, of: (suggestion: Suggestion) => number | null): Column<Suggestion> {
  return { heading, align: 'right', cell: (suggestion) => short(of(suggestion)) }
}

const COLUMNS: readonly Column<Suggestion>[] = [
  { heading: 'Alarm above', cell: ({ what }) => what },
  figure('Now', ({ now }) => now),
  figure('Median', ({ median }) => median),
  figure('p99', ({ p99 }) => p99),
  figure('Max', ({ max }) => max),
  figure('Suggested', ({ suggested }) => suggested),
  {
    heading: 'Rang',
    align: 'right',
    cell: ({ wouldHaveRung, nowWouldHaveRung }) =>
      wouldHaveRung === nowWouldHaveRung ? `${wouldHaveRung}` : `${wouldHaveRung} (${nowWouldHaveRung})`,
  },
]
