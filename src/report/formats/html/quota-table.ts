import { whole } from '../../../text/numbers.ts'
import type { QuotaLine, QuotaPeak } from '../../model.ts'
import { isNear, usedText } from '../quotas.ts'
import { clockText } from '../times.ts'
import { htmlTable, type PageColumn } from './table.ts'

/** The busiest minute of each model beside its quotas, nearest to its limit first. */
export function quotaTable(lines: readonly QuotaLine[], zone: string): string {
  const columns = (what: string, of: (line: QuotaLine) => QuotaPeak | null): PageColumn<QuotaLine>[] => [
    { heading: `${what} a minute`, cell: (line) => whole(of(line)?.peak ?? null) },
    { heading: 'Quota', cell: (line) => whole(of(line)?.quota ?? null) },
    { heading: 'Used', cell: (line) => usedText(of(line)), tone: (line) => (isNear(line) ? 'bad' : undefined) },
    { heading: `When (${zone})`, cell: (line) => when(of(line), zone), kind: 'when' },
  ]
  return htmlTable(
    'Quotas',
    [
      { heading: 'Model', cell: ({ model, sharedWith = [] }) => [model, ...sharedWith].join(', '), kind: 'key' },
      { heading: 'Region', cell: ({ region }) => region, kind: 'when' },
      ...columns('Tokens', (line) => line.tokensPerMinute),
      ...columns('Requests', (line) => line.requestsPerMinute),
    ],
    lines,
  )
}

function when(peak: QuotaPeak | null, zone: string): string {
  return peak ? clockText(peak.at, zone) : '–'
}
