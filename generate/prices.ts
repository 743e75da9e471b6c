import { modelIds } from '../src/report/prices/price-list/names.ts'
import { add, type InputFile, implausible, leave, type PriceInput, readTsv } from './price-input.ts'
import { readCsv, readJson } from './price-products.ts'
import { type Change, fileOf, updateTable } from './price-table.ts'

interface Options {
  /** Day of the list, YYYY-MM-DD, where the files do not tell it. */
  date?: string | undefined
  /** Also takes prices that are more than ten times what they were, or less than a tenth. */
  accept?: boolean | undefined
}

interface Update {
  /** The new table's file. */
  table: string
  /** What has changed and what was left out, for the reader. */
  lines: string[]
  /** Why nothing is to be written; empty where all is well. */
  refused: string[]
}

const MOST_EXAMPLES = 3

/** The table with the prices of the files. `table` is its file as it stands. Throws where a file is none of these. */
export function pricesUpdate(table: string, files: readonly InputFile[], { date, accept }: Options = {}): Update {
  const input = joined(files.map(readInput))
  const day = date ?? input.date
  if (day === undefined || !isDay(day)) {
    const why = date === undefined ? 'the files do not tell the day of the list' : `${date} is no day`
    return { table, lines: [], refused: [`${why}: give it with --date YYYY-MM-DD`] }
  }
  const wrong = implausible(input.prices)
  if (wrong.length > 0) return { table, lines: [], refused: wrong }
  const before = (JSON.parse(table) as string[]).join('\n')
  const { text, changes } = updateTable(before, input.prices, day)
  const leaps = accept
    ? []
    : changes.filter(isLeap).map((change) => `${inWords(change)}: give --accept if that is right`)
  return { table: fileOf(text), lines: linesOf(day, changes, input), refused: leaps }
}

function readInput(file: InputFile): PriceInput {
  if (file.name.endsWith('.tsv')) return readTsv(file)
  if (file.name.endsWith('.csv')) return readCsv(file)
  if (file.name.endsWith('.json')) return readJson(file)
  throw new Error(`${file.name} is no answer of GetProducts, offer file or table`)
}

function joined(inputs: readonly PriceInput[]): PriceInput {
  const all: PriceInput = { prices: [], date: undefined, leftOut: new Map() }
  for (const { prices, date, leftOut } of inputs) {
    for (const price of prices) add(all, price)
    for (const [reason, examples] of leftOut) for (const example of examples) leave(all.leftOut, reason, example)
    if (date !== undefined && (all.date === undefined || date > all.date)) all.date = date
  }
  return all
}

function linesOf(day: string, changes: readonly Change[], { prices, leftOut }: PriceInput): string[] {
  const unknown = [...new Set(prices.map(({ name }) => name))].filter((name) => modelIds(name).length === 0)
  return [
    `${prices.length} prices of ${day}: ${changes.length === 0 ? 'nothing has changed' : ''}`.replace(/: $/, ''),
    ...changes.map(inWords),
    ...[...leftOut].map(([reason, of]) => `left out: ${of.length}, ${reason} (${examplesOf(of)})`),
    ...(unknown.length > 0 ? [`no model id known, see names.json: ${unknown.join(', ')}`] : []),
  ]
}

function inWords({ what, name, terms, regions, before, after }: Change): string {
  const figures = [before, after].filter((text) => text !== '').join(' → ')
  return `${what}: ${name}, ${terms}, ${figures} (${regions.join(' ')})`
}

/** More than ten times what it was, or less than a tenth, which $0 is, too. */
function isLeap({ before, after }: Change): boolean {
  const figures = (text: string) => text.split(' or ').map((one) => one.split('/'))
  return figures(after).some((now) =>
    figures(before).some((old) =>
      now.some((figure, index) => {
        const was = Number(old[index] ?? '')
        return figure !== '' && was > 0 && (Number(figure) > was * 10 || Number(figure) < was / 10)
      }),
    ),
  )
}

function isDay(text: string): boolean {
  const at = new Date(text)
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

function examplesOf(all: readonly string[]): string {
  return [...new Set(all)].slice(0, MOST_EXAMPLES).join(', ')
}
