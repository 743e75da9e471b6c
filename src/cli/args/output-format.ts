import { extname } from 'node:path'
import { usageError } from '../../core/errors.ts'
import type { About } from '../../report/formats/format.ts'
import { USUAL_FORMAT } from '../../report/formats/index.ts'
import type { Args } from './args.ts'
import { choice, type Flag, under, wholeNumber } from './flag.ts'

/** The flags of a result that can be written in several formats, and to a file. */
export function outputFlags(formats: readonly About[]): readonly Flag[] {
  const names = formats.map(({ name }) => name)
  return under('Output', [
    {
      name: 'format',
      value: 'FORMAT',
      describe: `${names.join(', ')} (default: ${USUAL_FORMAT.name}, or by the file extension of --output)`,
      ...choice(...names),
    },
    { name: 'output', alias: 'o', value: 'FILE', describe: 'write to this file instead of stdout' },
    ...formats.flatMap(({ name, versions = [] }): Flag[] =>
      versions.length === 0
        ? []
        : [
            {
              name: `${name}-version`,
              value: 'VERSION',
              describe: `with --format ${name}: ${versions.join(' or ')} (default ${versions[0]})`,
              ...choice(...versions),
            },
          ],
    ),
  ])
}

/** The flags of a result that holds groups or rows. */
export const LIST_FLAGS: readonly Flag[] = under('Output', [
  {
    name: 'sort',
    value: 'KEY',
    list: true,
    describe: 'order by cost, calls, tokens, errors, latency, name or another column; add :asc or :desc',
    values: ['cost', 'calls', 'tokens', 'errors', 'latency', 'change', 'name'],
  },
  { name: 'top', value: 'N', describe: 'show the first N', check: wholeNumber(1, 100_000) },
  {
    name: 'columns',
    value: 'NAME',
    list: true,
    describe: 'show these columns; JSON always has all of them',
    values: ['cost', 'calls', 'tokens', 'input', 'output', 'errors', 'latency', 'ttft', 'change'],
  },
])

/**
 * What `--format` says, or a flag of a format's own name (`--json`), else the ending of the file to write. Throws a usage error
 * where flags disagree and where no format has that ending.
 */
export function formatOf<Known extends About>(args: Args, formats: readonly Known[], usual: Known): Known {
  const named = formats.find(({ name }) => name === args.text('format'))
  const flagged = formats.find(({ name }) => args.is(name))
  if (named && flagged && named !== flagged) {
    throw usageError(`--${flagged.name} and --format ${named.name} contradict each other`, 'pass one of them')
  }
  const output = args.text('output') ?? ''
  const ending = extname(output).toLowerCase()
  const format = named ?? flagged ?? (ending === '' ? usual : formats.find(({ endings }) => endings.includes(ending)))
  if (format) return format
  const known = formats.flatMap(({ endings }) => endings).join(', ')
  throw usageError(
    `--output ${output}: no format has the file extension ${ending}`,
    `use one of ${known}, or pass --format`,
  )
}
