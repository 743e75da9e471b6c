import type { ListedLine, Listing } from '../report/prices/listing.ts'
import { price } from '../text/numbers.ts'
import type { Output } from '../ui/output.ts'
import { clean, wrap } from '../ui/text.ts'

const GAP = '  '

/** Numbers to the right; the rest to the left. */
interface PriceColumn {
  heading: string
  cell(line: ListedLine): string
  numeric?: true
}

/** Prints prices as a table or, where that is too wide for the terminal, model by model; notes below. */
export function printListing(out: Output, { prices, unpriced }: Listing): void {
  const columns = columnsOf(prices)
  const cells = [columns.map(({ heading }) => heading), ...prices.map((line) => columns.map(({ cell }) => cell(line)))]
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)))
  const width = widths.reduce((sum, one) => sum + one + GAP.length, -GAP.length)
  if (prices.length > 0 && width <= out.width) {
    for (const [row, line] of cells.entries()) {
      const text = line.map((cell, index) => pad(cell, widths[index] ?? 0, columns[index]?.numeric)).join(GAP)
      out.line(row === 0 ? out.paint.bold(text.trimEnd()) : text.trimEnd())
    }
  } else {
    for (const line of prices) printBlock(out, line, columns)
  }
  if (prices.length > 0) out.line('\nUS dollars per million tokens, on demand.')
  printNotes(out, prices)
  if (unpriced.length > 0) out.line(`\n${out.paint.bold('Without a price')}`)
  for (const { model, region, reason } of unpriced) note(out, `${clean(model)} in ${region}: ${reason}`)
}

function columnsOf(prices: readonly ListedLine[]): PriceColumn[] {
  const several = new Set(prices.map(({ region }) => region)).size > 1
  const figure = (heading: string, of: (line: ListedLine) => number | null): PriceColumn[] => {
    const known = prices.some((line) => of(line) !== null)
    return known ? [{ heading, cell: (line) => price(of(line)), numeric: true }] : []
  }
  return [
    {
      heading: 'Model',
      cell: (line) => `${clean(line.model)}${line.warnings.length + line.disputes.length > 0 ? ' *' : ''}`,
    },
    ...(several ? [{ heading: 'Region', cell: (line: ListedLine) => line.region }] : []),
    ...figure('Input', (line) => line.inputPerMillion),
    ...figure('Output', (line) => line.outputPerMillion),
    ...figure('Cache read', (line) => line.cacheReadPerMillion),
    ...figure('Cache write', (line) => line.cacheWritePerMillion),
    ...figure('Write 1 h', (line) => line.cacheWrite1hPerMillion),
    ...figure('Image', (line) => line.perImage),
    { heading: 'Source', cell: (line) => clean(line.source) },
    { heading: 'As of', cell: (line) => line.asOf ?? '' },
  ]
}

function printBlock(out: Output, line: ListedLine, [model, ...columns]: readonly PriceColumn[]): void {
  out.line(out.paint.bold(model?.cell(line)))
  for (const { heading, cell } of columns) {
    if (cell(line) !== '') out.line(`  ${heading.padEnd(11)} ${cell(line)}`)
  }
}

function printNotes(out: Output, prices: readonly ListedLine[]): void {
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
      `${clean(model)} in ${region} is priced by ${clean(source)}; ${clean(other.source)} says input ${price(other.inputPerMillion)}, output ${price(other.outputPerMillion)}`,
  )
}

function note(out: Output, text: string): void {
  for (const [index, line] of wrap(text, Math.max(20, out.width - 4)).entries()) {
    out.line(`${index === 0 ? '- ' : '  '}${line}`)
  }
}

function pad(text: string, width: number, numeric: true | undefined): string {
  return numeric ? text.padStart(width) : text.padEnd(width)
}
