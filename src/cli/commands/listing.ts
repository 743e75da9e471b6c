import { jsonText } from '../../core/json.ts'
import type { RowKey } from '../../report/arrange.ts'
import { csvText } from '../../text/csv.ts'
import { plain } from '../../text/escape.ts'
import type { Column } from '../../text/table.ts'
import { wrap } from '../../text/wrap.ts'
import type { Output } from '../../ui/output.ts'
import type { ListingAsked } from '../args/result-flags.ts'
import type { App } from '../command.ts'
import { openResult } from '../session/write-file.ts'

export type Sheet = Pick<Output, 'width' | 'paint' | 'line' | 'lines'>

/** What rows are chosen, sorted and shown by. One without a heading is told to programs alone; a cell is the text of the value. */
export type Field<Row> = RowKey<Row> & Partial<Column<Row>>

export function columnsOf<Row>(fields: readonly Field<Row>[], names: readonly string[]): Column<Row>[] {
  return names.flatMap((name) => {
    const field = fields.find((one) => one.name === name)
    return field?.heading === undefined ? [] : { cell: (row) => plain(`${field.of(row) ?? ''}`), heading: '', ...field }
  })
}

interface Listing<Row> {
  json: object
  rows: readonly Row[]
  keys: readonly RowKey<Row>[]
  print(sheet: Sheet): void
}

/** Where a list goes: opened before it is read, and written once it is. Throws usage errors. */
export async function openListing(app: App, { format, output, columns }: ListingAsked<never>) {
  const result = await openResult(app, { output, format })
  return async <Row>({ json, rows, keys, print }: Listing<Row>): Promise<void> => {
    if (format.name === 'json') return result.write(`${jsonText(json)}\n`)
    if (format.name === 'csv') {
      const told = columns.length === 0 ? keys : columns.flatMap((name) => keys.find((key) => key.name === name) ?? [])
      return result.write(csvText([told.map(({ name }) => name), ...rows.map((row) => told.map(({ of }) => of(row)))]))
    }
    if (output === undefined) return print(app.io.stdout)
    const all: string[] = []
    const line = (text = '') => void all.push(`${text}\n`)
    const lines = (texts: Iterable<string>) => {
      for (const text of texts) line(text)
    }
    print({ width: result.width, paint: result.paint, line, lines })
    await result.write(all.join(''))
  }
}

export function note(out: Sheet, text: string): void {
  out.lines(wrap(`- ${text}`, Math.max(20, out.width - 2), '  '))
}
