import type { Context } from '../../../core/context.ts'
import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { count } from '../../../text/numbers.ts'
import { type BillLine, COST_METRICS, type CostMetric } from '../../bill/line.ts'
import { dimensionsOf, OF_CALLERS } from '../../grouping.ts'
import { formOf } from '../../scan/forms/form.ts'
import { byEnding } from '../../scan/log-names.ts'
import { DAY_MS } from '../../window.ts'
import { watched } from '../progress.ts'
import type { Question } from '../source.ts'
import { damagedUnless, FileFault, fingerprint, firstLine, notRead, parseTime, unreadable } from './batch.ts'
import { openCsv } from './csv.ts'
import { chooseFiles, type DataFile, isData, isPassedOver, type Listed, MANIFEST, type Manifest } from './exports.ts'
import { type Layout, layoutOf, tagsOf } from './fields.ts'
import { Gathering, type OddAmounts } from './gather.ts'
import { firstOfEach, lackWarnings, uncountedWarnings } from './lacks.ts'
import { openParquet } from './parquet.ts'
import { type Bytes, isLone, type Shelf } from './shelf.ts'

/** Files that are read at a time: their rows are added up as they come, so that memory is that of some groups of rows. */
const FILES_AT_ONCE = 2
const MANIFESTS_AT_ONCE = 8
/** What is asked of exports of a bill; without a window everything that they have. */
export interface ExportQuestion extends Omit<Question, 'window'>, Partial<Pick<Question, 'window'>> {
  /** How money is counted; as the export has it by default. */
  cost?: CostMetric | undefined
}

/**
 * Reads the lines of Bedrock in the exports of a bill: of each month its newest refresh. What cannot be read is left out with a
 * warning, and the rest goes on.
 * @throws a usage error where there is no export, where two hold the same bill, or where none has the cost that is asked for
 */
export async function readExports(cx: Context, shelf: Shelf, question: ExportQuestion) {
  const told = question.where ? [...question.by, ...Object.keys(question.where)] : question.by
  const gathering = new Gathering({
    slotMs: DAY_MS,
    principals: OF_CALLERS.some((name) => told.includes(name)),
    tags: tagsOf(dimensionsOf(told)),
    ...(question.window && { window: question.window }),
  })
  const listed = await shelf.list()
  const lone = isLone(listed, shelf)
  const manifests = await readManifests(shelf, lone ? [] : listed.filter(({ path }) => MANIFEST.test(path)))
  const chosen = lone
    ? { files: listed.map((file) => ({ ...file, root: '' })), missing: [], broken: [], guessed: [], without: [] }
    : chooseFiles(listed, manifests, question.window)
  const passed = lone ? [] : listed.filter(isPassedOver).map(({ path }) => path)
  const other = {
    code: 'files-not-read' as const,
    message: `files that are neither CSV nor Parquet were not read: ${byEnding(passed)}`,
  }
  const others: Warning[] = passed.length > 0 ? [other] : []
  if (!lone && !listed.some(isData) && chosen.missing.length === 0) throw nothingThere(shelf, others[0])
  const bytes = chosen.files.reduce((sum, { size }) => sum + size, 0)
  const files = fileReader(cx, shelf, gathering)
  const label =
    chosen.files.length === 1
      ? shelf.nameOf(chosen.files[0]?.path ?? '')
      : `${chosen.files.length} files of ${shelf.name}`
  await watched(cx, { verb: 'reading', label }, async (tell) => {
    let done = 0
    await sideBySide(chosen.files, FILES_AT_ONCE, async (file) => {
      await files.read(file)
      done += file.size
      tell({ note: 'bytes', done, total: bytes })
    })
  })
  if (files.layouts.length === 0 && chosen.files.length > 0) throwForNone(files.warnings, shelf)
  const lines = gathering.lines()
  const dayOf = (time: number) => Math.floor(time / DAY_MS) * DAY_MS
  const metric = metricOf(lines, question.cost, shelf)
  const named = (code: Warning['code'], paths: readonly string[], message: string) =>
    paths.map((path): Warning => ({ code, message: `${shelf.nameOf(path)}: ${message}` }))
  const notThere = chosen.missing.map(
    ({ path, manifest }): Warning => ({
      code: 'bill-missing',
      message: `${path}: ${shelf.nameOf(manifest)} names it, and it is not there`,
    }),
  )
  const noManifest = 'it is not the manifest of an export; an earlier one, or the newest folder, was used instead'
  const warnings: Warning[] = [
    ...named('bill-damaged', chosen.broken, noManifest),
    ...notThere,
    ...others,
    ...named('bill-refresh', chosen.guessed, 'no manifest says which refresh counts; the newest folder was read'),
    ...files.warnings,
    // An export begins with the month in which it was made, so that this is no failure.
    ...chosen.without.map(
      (month): Warning => ({
        code: 'bill-untold',
        message: `${shelf.name} has no files of ${month}: the cost is without that month`,
      }),
    ),
    ...lackWarnings(files.layouts, told, gathering, lines),
  ]
  const uncounted = uncountedWarnings(files.layouts, lines)
  return {
    lines,
    metric,
    isFinal: gathering.isFinal,
    days: gathering.span && { start: dayOf(gathering.span.start), end: dayOf(gathering.span.end - 1) + DAY_MS },
    warnings: firstOfEach([...warnings, ...uncounted]),
    uncounted: uncounted.some(({ code }) => LEAVES_OUT.test(code)),
    isPart: chosen.without.length > 0 || gathering.isUntold || gathering.isCut,
    incomplete: warnings.some(({ code }) => LEAVES_OUT.test(code)),
  }
}

const LEAVES_OUT = /^(bill-damaged|bill-missing|unknown-form|unreadable|empty-object)$/

/** @throws where one cannot be read: which refresh counts would only be guessed */
function readManifests(shelf: Shelf, listed: readonly Listed[]): Promise<Manifest[]> {
  return sideBySide(listed, MANIFESTS_AT_ONCE, async (file) => {
    try {
      return { ...file, text: await shelf.text(file) }
    } catch (error) {
      if (isAppError(error)) throw error
      throw new AppError('failed', 'ManifestUnreadable', unreadable(shelf.nameOf(file.path), error).message)
    }
  })
}

/** Where not one file could be read, there is no report. */
function throwForNone([first, ...more]: readonly Warning[], shelf: Shelf): void {
  if (!first || more.some(({ code }) => code !== first.code)) return
  if (first.code === 'unknown-form') throw nothingThere(shelf, first)
  if (first.code !== 'unreadable') return
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  throw new AppError('aws', 'ExportUnreadable', `${first.message}${others}`, {
    hint: /AccessDenied|Forbidden|KMS|Access Denied/i.test(first.message)
      ? 'allow s3:GetObject on the bucket, and kms:Decrypt where a key encrypts it'
      : 'run it again; if that does not help, fetch the files and name their folder with --source cur:PATH',
  })
}

function nothingThere(shelf: Shelf, first?: Warning): AppError {
  const why = first ? `: ${first.message}` : ''
  const isNew = shelf.name.startsWith('s3://') ? '; AWS delivers the first files of a new export within 24 hours' : ''
  return usageError(
    `--source cur:${shelf.name}: no CUR or FOCUS export there${why}`,
    `name the folder of an export of AWS Data Exports, or a Parquet or CSV file of one${isNew}`,
  )
}

/** Reads files one by one, and keeps what is to be said of them. */
function fileReader(cx: Context, shelf: Shelf, gathering: Gathering) {
  const layouts: Layout[] = []
  const warnings: Warning[] = []
  const seen = new Map<string, string>()
  const bills = new Map<string, DataFile & { kind: string }>()

  /** @throws what concerns all of them: an interruption, credentials, a bill that is there twice */
  const read = async (file: DataFile): Promise<void> => {
    const name = shelf.nameOf(file.path)
    try {
      const bytes = await shelf.open(file)
      await readBytes(file, name, bytes).finally(() => bytes.close())
    } catch (error) {
      cx.signal.throwIfAborted()
      if (isAppError(error) && (error.kind === 'credentials' || error.kind === 'usage')) throw error
      warnings.push(
        error instanceof FileFault
          ? { code: error.code, message: `${name}: ${error.message}` }
          : unreadable(name, error),
      )
    }
  }

  const readBytes = async (file: DataFile, name: string, bytes: Bytes): Promise<void> => {
    if (bytes.size === 0) throw new FileFault('empty-object', 'it is empty: it was not written completely')
    const head = (await bytes.read(0, Math.min(bytes.size, 4))).toString('latin1')
    const isCopy = (...prints: string[]) => {
      const twin = prints.map((print) => seen.get(print)).find((known) => known !== undefined)
      for (const print of prints) seen.set(print, name)
      const message = `${name}: it is a copy of ${twin} and was not added again`
      if (twin !== undefined) warnings.push({ code: 'bill-double', message })
      return twin !== undefined
    }
    // AWS delivers no file both packed and not: the other one was unpacked beside it.
    if (isCopy(await fingerprint(bytes), file.path.replace(/\.(?:gz|zip|zst)$/i, ''))) return
    const kind = head === 'PAR1' || head === 'PARE' ? 'Parquet' : 'CSV'
    const table = await damagedUnless(() => (kind === 'Parquet' ? openParquet(bytes) : openCsv(bytes.stream())))
    const line = firstLine(table)
    if (line !== undefined && isCopy(line)) return
    const layout = layoutOf(table)
    if (!layout?.columns) {
      const form = formOf(Buffer.from(`${table.columns.join()}\n`))
      if (!layout && form.kind === 'unread') throw notRead(form)
      if (!layout && /^\s*[[{]/.test(table.columns[0] ?? '')) throw notRead({ unread: 'JSON', cure: 'JSON' })
      if (!layout && table.columns.some((name) => !Number.isNaN(parseTime(name))))
        throw new FileFault(
          'unknown-form',
          'it begins with values instead of names of columns: put the first line of the export before them',
        )
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

/** The cost that is asked for, or what the exports have. */
function metricOf(lines: readonly BillLine[], asked: CostMetric | undefined, shelf: Shelf): CostMetric {
  const has = (metric: CostMetric) => lines.some(({ amounts }) => amounts[metric] !== null)
  // Lines without any cost are told of; another cost that some lack would leave out what they cost without a word.
  const lacks = (metric: CostMetric) =>
    lines.some(({ amounts }) => amounts[metric] === null && (amounts.unblended ?? amounts.net) !== null)
  const whole = COST_METRICS.filter((metric) => has(metric) && (metric === 'unblended' || !lacks(metric)))
  const usual = COST_METRICS.find(has) ?? 'unblended'
  if (asked === undefined || lines.length === 0 || whole.includes(asked)) return asked ?? usual
  throw usageError(
    `--cost ${asked}: the export ${shelf.name} has no column of it${has(asked) ? ', or not of all lines' : ''}`,
    `pass --cost ${(whole.length > 0 ? whole : [usual]).join(' or ')}, or add it to the export`,
  )
}
