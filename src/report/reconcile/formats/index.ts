import type { TextOptions } from '../../../text/painter.ts'
import type { About } from '../../formats/format.ts'
import { FORMATS } from '../../formats/index.ts'
import type { Reconciliation } from '../model.ts'

export interface Layout extends TextOptions {
  columns?: readonly string[]
  /** All groups that there are, since so many were asked for. */
  isPicked?: boolean
  /** Groups were asked for: a format that has each single difference tells these instead. */
  isGrouped?: boolean
}

/** What the module of a format exports: pure, and its text, whole or in pieces, ends with a line break. */
export interface ReconciliationFormat extends About {
  load(): Promise<{ render(result: Reconciliation, options: Layout): string | Iterable<string> }>
}

/** Named and described as those of a report. */
const of = (name: (typeof FORMATS)[number]['name'], load: ReconciliationFormat['load']): ReconciliationFormat => {
  const known: About | undefined = FORMATS.find((format) => format.name === name)
  return { describe: '', endings: [], ...known, name, load }
}

export const RECONCILIATION_FORMATS: readonly [ReconciliationFormat, ...ReconciliationFormat[]] = [
  of('table', () => import('./table.ts')),
  of('json', async () => ({ render: (await import('./data.ts')).renderJson })),
  of('csv', async () => ({ render: (await import('./data.ts')).renderCsv })),
  of('markdown', () => import('./markdown.ts')),
  of('html', () => import('./html.ts')),
]
