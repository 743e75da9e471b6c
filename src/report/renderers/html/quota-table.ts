import { whole } from '../../../text/numbers.ts'
import type { QuotaLine, QuotaPeak } from '../../model.ts'
import { isNear, usedText } from '../quotas.ts'
import { clockText } from '../times.ts'
import { htmlTable, type TableColumn } from './table.ts'

/** The busiest minute of each model beside its quotas, nearest to its limit first. */
export function quotaTable(lines: readonly QuotaLine[], zone: string): string {
  const columns = (what: string, of: (line: QuotaLine) => QuotaPeak | null): TableColumn<QuotaLine>[] => [
    { title: `${what} a minute`, cell: (line) => whole(of(line)?.peak ?? null) },
    { title: 'Quota', cell: (line) => whole(of(line)?.quota ?? null) },
    { title: 'Used', cell: (line) => usedText(of(line)), bad: isNear },
    { title: `When (${zone})`, cell: (line) => when(of(line), zone), kind: 'when' },
  ]
  return htmlTable(
    'Quotas',
    [
      { title: 'Model', cell: ({ model, sharedWith = [] }) => [model, ...sharedWith].join(', '), kind: 'key' },
      { title: 'Region', cell: ({ region }) => region, kind: 'when' },
      ...columns('Tokens', (line) => line.tokensPerMinute),
      ...columns('Requests', (line) => line.requestsPerMinute),
    ],
    lines,
  )
}

function when(peak: QuotaPeak | null, zone: string): string {
  return peak ? clockText(peak.at, zone) : '–'
}
