import { extname } from 'node:path'
import { usageError } from '../core/errors.ts'
import type { Format } from '../report/renderers/index.ts'
import type { Args } from './args.ts'

/** Named here too, so that help loads no renderer. */
export const FORMATS = ['table', 'json', 'csv', 'markdown', 'html'] as const satisfies Format[]

const OF_NAME: ReadonlyMap<string, Format> = new Map(
  Object.entries<Format>({
    '.json': 'json',
    '.csv': 'csv',
    '.md': 'markdown',
    '.html': 'html',
    '.htm': 'html',
  }),
)

/** What the flags say, else what the name of the file to write says, else a table. Throws a usage error where flags disagree. */
export function formatOf(args: Args): Format {
  const format = args.text('format') as Format | undefined
  if (args.is('json') && format !== undefined && format !== 'json') {
    throw usageError(`--json and --format ${format} contradict each other`, 'pass one of them')
  }
  return (
    format ?? (args.is('json') ? 'json' : (OF_NAME.get(extname(args.text('output') ?? '').toLowerCase()) ?? 'table'))
  )
}
