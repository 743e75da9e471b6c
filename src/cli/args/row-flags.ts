import { usageError } from '../../core/errors.ts'
import { type RowKey, rowOrder } from '../../report/arrange.ts'
import { ANSWER_FORMATS, USUAL_FORMAT } from '../../report/formats/index.ts'
import { parseSortText } from '../../report/values.ts'
import { parseWhere, type Where, whereFitter } from '../../report/where.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'
import { formatOf, LIST_FLAGS, outputFlags } from './output-format.ts'

const textsOf = (keys: readonly RowKey<never>[]) => keys.flatMap(({ name, isFigure }) => (isFigure ? [] : name))

/**
 * `--where`, `--sort`, `--top` and `--columns` of a command that prints rows.
 * @param keys the first of them is also called `name`
 */
export function rowFlags(keys: readonly RowKey<never>[], columns: readonly string[], example: string): Flag[] {
  const values = [...new Set(['name', ...keys.map(({ name }) => name)])]
  const names = values.join(', ')
  const check = (text: string) => (values.includes(parseSortText(text).name) ? undefined : `one of ${names}`)
  const own = new Map<string, Partial<Flag>>([
    ['sort', { describe: `order by ${names}; add :asc or :desc`, values, check }],
    ['columns', choice(...columns)],
  ])
  const where = `only what matches, such as ${example}; by ${textsOf(keys).join(', ')}`
  return [
    { name: 'where', value: 'KEY=GLOB', list: true, describe: where },
    ...LIST_FLAGS.map(({ group: _, ...flag }) => ({ ...flag, ...own.get(flag.name) })),
  ]
}

/** `--format` and `--output` of a command that prints rows alone. */
export const LISTING_FLAGS: readonly Flag[] = outputFlags(ANSWER_FORMATS).map(({ group: _, ...flag }) => flag)

/** How a list is asked for. */
export interface ListingAsked {
  format: (typeof ANSWER_FORMATS)[number]
  output: string | undefined
  columns: readonly string[]
}

/** What these flags say, with the columns. */
export function listingAsked(args: Args): ListingAsked {
  const format = formatOf(args, ANSWER_FORMATS, USUAL_FORMAT)
  return { format, output: args.text('output'), columns: args.list('columns') }
}

/** Those of some rows that are asked for, in their order. */
export type Picked<Base> = <Row extends Base>(rows: Row[]) => Row[]

/** What `--where` says. @throws a usage error where it names what is not told */
export function whereAsked(args: Args, known: readonly string[]): Where | undefined {
  const where = parseWhere(args.list('where'))
  const unknown = Object.keys(where ?? {}).find((name) => !known.includes(name))
  if (unknown === undefined) return where
  throw usageError(`--where is by '${unknown}', which these rows do not have`, `pass one of ${known.join(', ')}`)
}

export function orderAsked<Base>(args: Args, keys: readonly RowKey<Base>[]): Picked<Base> {
  const [top, find] = [args.text('top'), finder(keys)]
  const order = rowOrder(args.list('sort'), find)
  return (rows) => [...rows].sort(order).slice(0, top === undefined ? undefined : Number(top))
}

const finder =
  <Base>(keys: readonly RowKey<Base>[]) =>
  (name: string) =>
    keys.find((key) => key.name === name) ?? (keys[0] as RowKey<Base>)

/**
 * What these flags choose.
 * @throws a usage error where `--where` names what rows do not have
 */
export function rowsAsked<Base>(args: Args, keys: readonly RowKey<Base>[]): Picked<Base> {
  const [texts, find, inOrder] = [textsOf(keys), finder(keys), orderAsked(args, keys)]
  const fits = whereFitter(whereAsked(args, texts))
  return (rows) =>
    inOrder(rows.filter((row) => fits(Object.fromEntries(texts.map((name) => [name, `${find(name).of(row) ?? ''}`])))))
}
