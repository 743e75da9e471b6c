import { createHash } from 'node:crypto'
import type { Context } from '../../../core/context.ts'
import { isAppError, usageError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { count } from '../../../text/numbers.ts'
import { damagedUnless, FileFault, type Table } from './cells.ts'
import { openCsv } from './csv.ts'
import type { DataFile } from './exports.ts'
import { type Layout, layoutOf } from './fields.ts'
import type { Gathering, OddAmounts } from './gather.ts'
import { openParquet } from './parquet.ts'
import type { Bytes, Shelf } from './shelf.ts'

const PRINTED_BYTES = 4096

export function fileReader(cx: Context, shelf: Shelf, gathering: Gathering) {
  const layouts: Layout[] = []
  const warnings: Warning[] = []
  const seen = new Map<string, string>()
  const bills = new Map<string, DataFile & { kind: string }>()

  const read = async (file: DataFile): Promise<void> => {
    const name = shelf.nameOf(file.path)
    try {
      const bytes = await shelf.open(file)
      await readBytes(file, name, bytes).finally(() => bytes.close())
    } catch (error) {
      cx.signal.throwIfAborted()
      if (isAppError(error) && (error.kind === 'credentials' || error.kind === 'usage')) throw error
      const isFault = error instanceof FileFault
      warnings.push(isFault ? { code: error.code, message: `${name}: ${error.message}` } : unreadable(name, error))
    }
  }

  const isCopy = (name: string, ...prints: string[]): boolean => {
    const twin = prints.map((print) => seen.get(print)).find((known) => known !== undefined)
    for (const print of prints) seen.set(print, name)
    const message = `${name}: it is a copy of ${twin} and was not added again`
    if (twin !== undefined) warnings.push({ code: 'bill-double', message })
    return twin !== undefined
  }

  const readBytes = async (file: DataFile, name: string, bytes: Bytes): Promise<void> => {
    if (bytes.size === 0) throw new FileFault('empty-object', 'it is empty: it was not written to its end')
    const head = (await bytes.read(0, Math.min(bytes.size, 4))).toString('latin1')
    // AWS delivers no file both packed and not: the other one was unpacked beside it.
    if (isCopy(name, await fingerprint(bytes), file.path.replace(/\.(?:gz|zip|zst)$/i, ''))) return
    const kind = head === 'PAR1' || head === 'PARE' ? 'Parquet' : 'CSV'
    const table = await damagedUnless(() => (kind === 'Parquet' ? openParquet(bytes) : openCsv(bytes.stream())))
    const line = firstLine(table)
    if (line !== undefined && isCopy(name, line)) return
    const layout = layoutOf(table)
    if (layout === undefined || 'lacks' in layout) {
      const why = layout
        ? `it is a ${layout.form.name} export without ${layout.lacks.join(', ')}: add them to the query of the export`
        : `it is ${kind}, and its columns are neither CUR's nor FOCUS's`
      throw new FileFault('unknown-form', why)
    }
    layouts.push(layout)
    const odd: OddAmounts = new Map()
    try {
      const batches = table.batches(layout.columns)[Symbol.asyncIterator]()
      for (;;) {
        cx.signal.throwIfAborted()
        const added = await damagedUnless(async () => {
          const { done, value } = await batches.next()
          return done ? undefined : gathering.add(value, layout, odd)
        })
        if (added === undefined) return
        for (const bill of added) checkTwice(bill, { ...file, kind: `${layout.form.name} ${kind}` })
      }
    } finally {
      for (const [column, { lines, example }] of odd) {
        const message = `${name}: ${count(lines, 'line')} with no number in ${column} (such as '${example.slice(0, 40)}'), which is not in the report`
        warnings.push({ code: 'bill-damaged', message })
      }
    }
  }

  /** The bill of a payer and a month that is in two exports would be added up twice. */
  const checkTwice = (bill: string, file: DataFile & { kind: string }): void => {
    const known = bills.get(bill) ?? file
    bills.set(bill, known)
    if (known.root === file.root && known.kind === file.kind) return
    const [payer, month] = bill.split(' ')
    throw usageError(
      `--source cur:${shelf.name}: the bill of ${payer} for ${month} is there twice, in ${known.path} and in ${file.path}`,
      'name the folder of one export',
    )
  }
  return { layouts, warnings, read }
}

/** Two files of the same length that begin and end alike are one: what ends Parquet and gzip tells all that is in it. */
async function fingerprint(bytes: Bytes): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await bytes.read(0, Math.min(PRINTED_BYTES, bytes.size)))
  hash.update(await bytes.read(Math.max(0, bytes.size - PRINTED_BYTES), bytes.size))
  return `${bytes.size} ${hash.digest('base64')}`
}

/** CUR gives each line an id: files with the same first line are copies. Lines of FOCUS have none. */
function firstLine({ columns, first }: Table): string | undefined {
  const at = columns.findIndex((name) => name.toLowerCase().replaceAll(/[^a-z]/g, '') === 'identitylineitemid')
  return first?.[at] ? JSON.stringify(first) : undefined
}

export function unreadable(name: string, error: unknown): Warning {
  const { code, message } = error as NodeJS.ErrnoException
  const why = isAppError(error) ? message : `it cannot be read (${code ?? message})`
  return { code: 'unreadable', message: `${name}: ${why}` }
}
