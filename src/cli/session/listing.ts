import { jsonText } from '../../core/json.ts'
import type { RowKey } from '../../report/arrange.ts'
import { csvText } from '../../text/csv.ts'
import type { Output } from '../../ui/output.ts'
import type { ListingAsked } from '../args/row-flags.ts'
import type { App } from './app.ts'
import { openResult } from './write-file.ts'

/** What people read is printed on: a terminal, or the lines of a file. */
export type Sheet = Pick<Output, 'width' | 'paint' | 'line'>

interface Listing<Row> {
  json: object
  rows: readonly Row[]
  /** The columns of CSV. */
  keys: readonly RowKey<Row>[]
  print(sheet: Sheet): void
}

/** Where a list goes: opened before it is read, and written once it is. Throws usage errors. */
export async function openListing(app: App, { format, output, columns }: ListingAsked) {
  const result = await openResult(app, { output, verbose: false, format })
  return async <Row>({ json, rows, keys, print }: Listing<Row>): Promise<void> => {
    if (format.name === 'json') return result.write(`${jsonText(json)}\n`)
    if (format.name === 'csv') {
      const told = columns.length === 0 ? keys : columns.flatMap((name) => keys.find((key) => key.name === name) ?? [])
      return result.write(csvText([told.map(({ name }) => name), ...rows.map((row) => told.map(({ of }) => of(row)))]))
    }
    if (output === undefined) return print(app.io.stdout)
    const lines: string[] = []
    print({ width: result.width, paint: result.paint, line: (text = '') => lines.push(`${text}\n`) })
    await result.write(lines.join(''))
  }
}
