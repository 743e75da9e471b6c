import type { ListedFigures, ListedLine, Listing } from '../../../report/prices/listing.ts'
import { LEFT_OUT, type LeftOutCount } from '../../../report/prices/price-list/left-out.ts'
import { plain } from '../../../text/escape.ts'
import { count, price } from '../../../text/numbers.ts'
import { type Column, table } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import type { Sheet } from '../../session/listing.ts'

/** Prices, and where asked for, what of AWS's price list is not used. */
export interface Shown extends Listing {
  unused?: readonly LeftOutCount[]
}

/** Prints prices as a table or, where that is too wide for the terminal, model by model; notes below. */
export function printListing(out: Sheet, { prices, unpriced, unused = [] }: Shown, asked: readonly string[]): void {
  if (prices.length > 0) {
    for (const line of table({ columns: columnsOf(prices, asked) }, prices, out)) out.line(line)
    out.line('\nUS dollars per million tokens, on demand.')
  }
  printNotes(out, prices)
  if (unpriced.length > 0) out.line(`${prices.length > 0 ? '\n' : ''}${out.paint.bold('Without a price')}`)
  for (const { model, region, tier, reason } of unpriced) {
    note(out, `${plain(model)} in ${region}${tier === 'standard' ? '' : `, ${tier}`}: ${plain(reason)}`)
  }
  if (unused.length > 0) out.line(`\n${out.paint.bold('Lines of the AWS Price List that are not used')}`)
  for (const { reason, rows, example } of unused) {
    const such = example === '' ? '' : ` (such as ${plain(example)})`
    note(out, `${count(rows, 'row')}: ${LEFT_OUT[reason]}${such}`)
  }
}

/** Those that are asked for by name; all that differ between rows by default. */
function columnsOf(prices: readonly ListedLine[], asked: readonly string[]): Column<ListedLine>[] {
  const figure = (heading: string, of: keyof ListedFigures | 'perImage'): Column<ListedLine> => ({
    heading,
    align: 'right',
    cell: (line) => price(line[of]),
  })
  const isMarked = ({ warnings, disputes }: ListedLine) => warnings.length + disputes.length > 0
  const columns = new Map<string, Column<ListedLine>>([
    ['model', { heading: 'Model', cell: (line) => `${plain(line.model)}${isMarked(line) ? ' *' : ''}` }],
    ['region', { heading: 'Region', cell: (line) => line.region }],
    ['tier', { heading: 'Terms', cell: termsOf }],
    ['input', figure('Input', 'inputPerMillion')],
    ['output', figure('Output', 'outputPerMillion')],
    ['cache-read', figure('Cache read', 'cacheReadPerMillion')],
    ['cache-write', figure('Cache write', 'cacheWritePerMillion')],
    ['cache-write-1h', figure('Write 1 h', 'cacheWrite1hPerMillion')],
    ['image', figure('Image', 'perImage')],
    ['source', { heading: 'Source', cell: (line) => plain(line.source) }],
    ['as-of', { heading: 'As of', cell: (line) => line.asOf ?? '' }],
  ])
  const alike = [
    ...(new Set(prices.map(({ region }) => region)).size > 1 ? [] : ['region']),
    ...(prices.some(isOther) ? [] : ['tier']),
  ]
  const names = asked.length > 0 ? asked : [...columns.keys()].filter((name) => !alike.includes(name))
  return names.flatMap((name) => columns.get(name) ?? [])
}

function isOther({ tier, promptOver }: ListedLine): boolean {
  return tier !== 'standard' || promptOver > 0
}

function termsOf({ tier, promptOver }: ListedLine): string {
  const long = promptOver > 0 ? [`prompts over ${promptOver / 1000}k`] : []
  return tier === 'standard' && long.length > 0 ? long.join('') : [tier, ...long].join(', ')
}

function printNotes(out: Sheet, prices: readonly ListedLine[]): void {
  const notes = new Set(
    prices.flatMap((line) => [...line.warnings.map(({ message }) => message), ...otherFigures(line)]),
  )
  if (notes.size > 0) out.line(`\n${out.paint.bold('Notes')} on what is marked *`)
  for (const message of notes) note(out, message)
}

/** Disputes that no warning tells of: what other sources say where AWS's own list is used. */
function otherFigures({ model, region, source, disputes, warnings }: ListedLine): string[] {
  if (warnings.some(({ code }) => code === 'price-disputed')) return []
  return disputes.map(
    (other) =>
      `${plain(model)} in ${region} is priced by ${plain(source)}; ${plain(other.source)} says input ${price(other.inputPerMillion)}, output ${price(other.outputPerMillion)}`,
  )
}

/** A point of a list, wrapped under itself. */
export function note(out: Sheet, text: string): void {
  for (const line of wrap(`- ${text}`, Math.max(20, out.width - 2), '  ')) out.line(line)
}
