import { usageError } from '../../core/errors.ts'
import { compareKnown } from '../../report/arrange.ts'
import { parseSortText } from '../../report/values.ts'
import { parseWhere, whereFitter } from '../../report/where.ts'
import type { Args } from './args.ts'
import { choice, type Flag } from './flag.ts'
import { LIST_FLAGS } from './output-format.ts'

/** What rows are chosen and ordered by: texts begin with the first, figures with the largest. */
export interface RowKey<Row> {
  name: string
  isFigure?: true
  /** Null where it is not known, which is last whatever the direction. */
  of(row: Row): string | number | null
}

/** Those of some rows that are asked for, in their order. */
export type Picked<Base> = <Row extends Base>(rows: Row[]) => Row[]

/**
 * `--where`, `--sort`, `--top` and `--columns` of a command that prints rows.
 * @param keys the first of them is also called `name`
 */
export function rowFlags(keys: readonly RowKey<never>[], columns: readonly string[], example: string): Flag[] {
  const texts = keys.flatMap(({ name, isFigure }) => (isFigure ? [] : name)).join(', ')
  const names = [...new Set(['name', ...keys.map(({ name }) => name)])]
  const sort = choice(...names.flatMap((name) => [name, `${name}:asc`, `${name}:desc`]))
  const own = new Map<string, Partial<Flag>>([
    [
      'sort',
      {
        describe: `order by ${names.join(', ')}; add :asc or :desc`,
        values: sort.values,
        check: (value) => sort.check(value) && `one of ${names.join(', ')}, alone or with :asc or :desc`,
      },
    ],
    ['columns', choice(...columns)],
  ])
  return [
    { name: 'where', value: 'KEY=GLOB', list: true, describe: `only what matches, such as ${example}; by ${texts}` },
    ...LIST_FLAGS.map(({ group: _, ...flag }) => ({ ...flag, ...own.get(flag.name) })),
  ]
}

/**
 * What these flags choose of rows, in their order.
 * @throws a usage error where `--where` names what rows do not have
 */
export function rowsAsked<Base>(args: Args, keys: readonly RowKey<Base>[]): Picked<Base> {
  const where = parseWhere(args.list('where'))
  const texts = keys.filter(({ isFigure }) => !isFigure)
  const unknown = Object.keys(where ?? {}).find((name) => texts.every((key) => key.name !== name))
  if (unknown !== undefined)
    throw usageError(
      `--where is by '${unknown}', which these rows do not have`,
      `pass one of ${texts.map(({ name }) => name).join(', ')}`,
    )
  const fits = whereFitter(where)
  const orders = args.list('sort').map((text) => {
    const { name, direction } = parseSortText(text)
    const { of, isFigure } = keys.find((one) => one.name === name) ?? (keys[0] as RowKey<Base>)
    const sign = (direction ?? (isFigure ? 'desc' : 'asc')) === 'asc' ? 1 : -1
    return (a: Base, b: Base) => compareKnown(of(a), of(b), sign)
  })
  const top = args.text('top')
  return (rows) =>
    rows
      .filter((row) => fits(Object.fromEntries(texts.map(({ name, of }) => [name, `${of(row) ?? ''}`]))))
      .sort((a, b) => orders.reduce((found, order) => found || order(a, b), 0))
      .slice(0, top === undefined ? undefined : Number(top))
}
