import { extname } from 'node:path'
import { usageError } from '../../core/errors.ts'
import { type RowKey, rowOrder } from '../../report/arrange.ts'
import type { About } from '../../report/formats/format.ts'
import { ANSWER_FORMATS, USUAL_FORMAT } from '../../report/formats/index.ts'
import { parseSortText } from '../../report/values.ts'
import { parseWhere, type Where, whereFitter } from '../../report/where.ts'
import { type Args, choice, type Flag, flag, under, valid, wholeNumber } from './flag.ts'

/** The flags of a result that can be written in several formats, and to a file. */
export function outputFlags(formats: readonly About[]): readonly Flag[] {
  const names = formats.map(({ name }) => name)
  return under('Output', [
    flag(
      '--format FORMAT',
      `${names.join(', ')} (default: ${USUAL_FORMAT.name}, or by the file extension of --output)`,
      choice(...names),
    ),
    flag('-o, --output FILE', 'write to this file instead of stdout'),
    ...formats.flatMap(({ name, versions = [] }) => {
      const which = `with --format ${name}: ${versions.join(' or ')} (default ${versions[0]})`
      return versions.length === 0 ? [] : [flag(`--${name}-version VERSION`, which, choice(...versions))]
    }),
  ])
}

export const LIST_FLAGS: readonly Flag[] = under('Output', [
  flag('--sort KEY', 'order by cost, calls, tokens, errors, latency, name or another column; add :asc or :desc', {
    list: true,
    values: ['cost', 'calls', 'tokens', 'errors', 'latency', 'change', 'name'],
  }),
  flag('--top N', 'show the first N', wholeNumber(1, 100_000)),
  flag('--columns NAME', 'show these columns; JSON always has all of them', {
    list: true,
    values: ['cost', 'calls', 'tokens', 'input', 'output', 'errors', 'latency', 'ttft', 'change'],
  }),
])

/** By `--format`, a format's own flag or the ending of the file. Throws usage errors where they disagree or none fits. */
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

const textsOf = (keys: readonly RowKey<never>[]) => keys.flatMap(({ name, isFigure }) => (isFigure ? [] : name))

/** `--where`, `--sort`, `--top` and `--columns` of rows. The first of the keys is also called `name`. */
export function rowFlags(keys: readonly RowKey<never>[], columns: readonly string[], example: string): Flag[] {
  const values = [...new Set(['name', ...keys.map(({ name }) => name)])]
  const names = values.join(', ')
  const known = valid((text) => values.includes(parseSortText(text).name), `one of ${names}`)
  const own = new Map<string, Partial<Flag>>([
    ['sort', { describe: `order by ${names}; add :asc or :desc`, values, ...known }],
    ['columns', choice(...columns)],
  ])
  return [
    flag('--where KEY=GLOB', `only what matches, such as ${example}; by ${textsOf(keys).join(', ')}`, { list: true }),
    ...LIST_FLAGS.map(({ group: _, ...each }) => ({ ...each, ...own.get(each.name) })),
  ]
}

/** `--format` and `--output` of a command that prints rows alone. */
export const LISTING_FLAGS: readonly Flag[] = outputFlags(ANSWER_FORMATS).map(({ group: _, ...each }) => each)

/** How a list is asked for, and which of its rows: those that are to be shown, in their order. */
export type ListingAsked<Base> = ReturnType<typeof listingAsked<Base>>

/** @throws a usage error where `--where` names what rows do not have */
export function listingAsked<Base>(args: Args, keys: readonly RowKey<Base>[]) {
  const [texts, inOrder] = [textsOf(keys), orderAsked(args, keys)]
  const fits = whereFitter(whereAsked(args, texts))
  const textOf = (row: Base, name: string) => `${finder(keys)(name).of(row) ?? ''}`
  const matching = <Row extends Base>(rows: readonly Row[]): Row[] =>
    rows.filter((row) => fits(Object.fromEntries(texts.map((name) => [name, textOf(row, name)]))))
  return {
    keys,
    format: formatOf(args, ANSWER_FORMATS, USUAL_FORMAT),
    output: args.text('output'),
    columns: args.list('columns') as readonly string[],
    /** All that `--where` chooses: what is said of them in one line is not cut by `--top`. */
    matching,
    pick: <Row extends Base>(rows: readonly Row[]): Row[] => inOrder(matching(rows)),
  }
}

/** What `--where` says. @throws a usage error where it names what is not told */
export function whereAsked(args: Args, known: readonly string[]): Where | undefined {
  const where = parseWhere(args.list('where'))
  const unknown = Object.keys(where ?? {}).find((name) => !known.includes(name))
  if (unknown === undefined) return where
  throw usageError(`--where has the key '${unknown}', which these rows do not have`, `pass one of ${known.join(', ')}`)
}

export function orderAsked<Base>(args: Args, keys: readonly RowKey<Base>[]): <Row extends Base>(rows: Row[]) => Row[] {
  const order = rowOrder(args.list('sort'), finder(keys))
  return (rows) => [...rows].sort(order).slice(0, args.number('top'))
}

const finder =
  <Base>(keys: readonly RowKey<Base>[]) =>
  (name: string) =>
    keys.find((key) => key.name === name) ?? (keys[0] as RowKey<Base>)
