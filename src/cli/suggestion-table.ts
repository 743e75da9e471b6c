import type { Suggestion } from '../steps/alarms/suggest.ts'
import { short } from '../text/numbers.ts'
import type { Output } from '../ui/output.ts'
import { wrap } from '../ui/text.ts'

const GAP = '  '
const LEAST_COLUMNS = 40
const HEADINGS = ['Alarm above', 'Now', 'Median', 'p99', 'Max', 'Suggested', 'Rang'] as const

/** A line for each threshold or, where that is too wide for the terminal, a block. */
export function printSuggestions(out: Output, suggestions: readonly Suggestion[]): void {
  const rows = [HEADINGS, ...suggestions.map(cellsOf)]
  const widths = HEADINGS.map((_, index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)))
  const isWide = widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) <= out.width
  out.line('What two weeks suggest, by the periods with calls in the busiest Region')
  if (isWide) {
    for (const [index, row] of rows.entries()) {
      const line = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      out.line(index === 0 ? out.paint.bold(line.join(GAP)) : line.join(GAP))
    }
  } else {
    for (const [what = '', ...cells] of rows.slice(1)) {
      out.line(out.paint.bold(what))
      for (const [index, cell] of cells.entries()) out.line(`  ${(HEADINGS[index + 1] ?? '').padEnd(9)} ${cell}`)
    }
  }
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

function cellsOf({ what, now, median, p99, max, suggested, wouldHaveRung, nowWouldHaveRung }: Suggestion): string[] {
  const rang = wouldHaveRung === nowWouldHaveRung ? `${wouldHaveRung}` : `${wouldHaveRung} (${nowWouldHaveRung})`
  return [what, short(now), short(median), short(p99), short(max), short(suggested), rang]
}
