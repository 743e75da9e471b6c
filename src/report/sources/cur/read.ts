import type { Context } from '../../../core/context.ts'
import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { count } from '../../../text/numbers.ts'
import { type BillLine, COST_METRICS, type CostMetric } from '../../bill/line.ts'
import { dimensionsOf, OF_CALLERS } from '../../grouping.ts'
import { DAY_MS } from '../../window.ts'
import { type Billed, untagged } from '../billed.ts'
import { firstOf } from '../log-warnings.ts'
import { watched } from '../progress.ts'
import type { Question } from '../source.ts'
import { chooseFiles, isData, type Listed, MANIFEST, type Manifest } from './exports.ts'
import { type Layout, tagsOf } from './fields.ts'
import { fileReader, unreadable } from './files.ts'
import { Gathering } from './gather.ts'
import { isLone, type Shelf } from './shelf.ts'

/** Files that are read at a time: their rows are added up as they come, so that memory is that of some groups of rows. */
const FILES_AT_ONCE = 2
const MANIFESTS_AT_ONCE = 8

export interface ExportQuestion extends Omit<Question, 'window'>, Partial<Pick<Question, 'window'>> {
  cost?: CostMetric | undefined
}

export interface ReadExports extends Billed {
  warnings: readonly Warning[]
  days: { start: number; end: number } | undefined
}

/** Of each month its newest refresh. @throws a usage error where there is none, one twice, or none with that cost */
export async function readExports(cx: Context, shelf: Shelf, question: ExportQuestion): Promise<ReadExports> {
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
  if (!lone && !listed.some(isData) && chosen.missing.length === 0) throw nothingThere(shelf)
  const total = chosen.files.reduce((sum, { size }) => sum + size, 0)
  const files = fileReader(cx, shelf, gathering)
  const [first, ...more] = chosen.files
  const label = first && more.length === 0 ? shelf.nameOf(first.path) : `${chosen.files.length} files of ${shelf.name}`
  await watched(cx, { verb: 'reading', label }, async (tell) => {
    let done = 0
    await sideBySide(chosen.files, FILES_AT_ONCE, async (file) => {
      await files.read(file)
      done += file.size
      tell({ note: 'bytes', done, total })
    })
  })
  if (files.layouts.length === 0 && first) throwForNone(files.warnings, shelf)
  const lines = gathering.lines()
  const { span } = gathering
  const dayOf = (time: number) => Math.floor(time / DAY_MS) * DAY_MS
  const ofPaths = (code: Warning['code'], paths: readonly string[], message: string) =>
    paths.map((path): Warning => ({ code, message: `${shelf.nameOf(path)}: ${message}` }))
  const noManifest = 'it is no manifest of an export; the one before it, or the newest folder, was used instead'
  const warnings: Warning[] = [
    ...ofPaths('bill-damaged', chosen.broken, noManifest),
    ...chosen.missing.map(({ path, manifest }): Warning => {
      return { code: 'bill-missing', message: `${path}: ${shelf.nameOf(manifest)} names it, and it is not there` }
    }),
    ...ofPaths('bill-refresh', chosen.guessed, 'no manifest says which refresh counts; the newest folder was read'),
    ...files.warnings,
    // An export begins with the month in which it was made, so that this is no failure.
    ...chosen.without.map((month): Warning => {
      return { code: 'bill-untold', message: `${shelf.name} has no files of ${month}: the cost is without that month` }
    }),
    ...lackWarnings(files.layouts, told, gathering, lines),
  ]
  const uncounted = uncountedWarnings(files.layouts, lines)
  return {
    lines,
    metric: metricOf(lines, question.cost, shelf),
    isFinal: gathering.isFinal,
    days: span && { start: dayOf(span.start), end: dayOf(span.end - 1) + DAY_MS },
    warnings: firstOfEach([...warnings, ...uncounted]),
    uncounted: uncounted.some(({ code }) => LEAVES_OUT.test(code)),
    isPart: chosen.without.length > 0 || gathering.isUntold,
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

function throwForNone([first, ...more]: readonly Warning[], shelf: Shelf): void {
  if (!first || more.some(({ code }) => code !== first.code)) return
  if (first.code === 'unknown-form') throw nothingThere(shelf, first)
  if (first.code !== 'unreadable') return
  const others = more.length === 0 ? '' : `, and ${more.length} more`
  throw new AppError('aws', 'ExportUnreadable', `${first.message}${others}`, {
    hint: /AccessDenied|Forbidden|KMS|Access Denied/i.test(first.message)
      ? 'allow s3:GetObject on the bucket, and kms:Decrypt where a key encrypts it'
      : 'run it again; where it stays so, fetch the files and name their folder with --source cur:PATH',
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

function metricOf(lines: readonly BillLine[], asked: CostMetric | undefined, shelf: Shelf): CostMetric {
  const has = (metric: CostMetric) => lines.some(({ amounts }) => amounts[metric] !== null)
  if (asked === undefined) return COST_METRICS.find(has) ?? 'unblended'
  if (lines.length === 0 || has(asked)) return asked
  throw usageError(
    `--cost ${asked}: the export ${shelf.name} has no column of it`,
    `pass --cost ${COST_METRICS.filter(has).join(' or ')}, or add it to the export`,
  )
}

function lackWarnings(
  layouts: readonly Layout[],
  told: readonly string[],
  { timeless, costless, isUntold }: Gathering,
  lines: readonly BillLine[],
): Warning[] {
  const isLacking = (has: (layout: Layout) => boolean) => layouts.length > 0 && !layouts.every(has)
  const asksCallers = OF_CALLERS.some((name) => told.includes(name))
  const noCallers = asksCallers && isLacking((layout) => layout.places('principal').length > 0)
  const columns = [
    ...(noCallers
      ? [
          'line_item_iam_principal, so that callers are not known: it comes with INCLUDE_IAM_PRINCIPAL_DATA, in CUR 2.0 exports only',
        ]
      : []),
    ...(isUntold
      ? [
          'product, so that models sold through AWS Marketplace may be missing, and the cost is a minimum: add product to its query',
        ]
      : []),
  ]
  const damaged = [
    [timeless, 'a time, not in the report'],
    [costless, 'a cost, which is not in the report'],
  ] as const
  return [
    ...columns.map(noColumn),
    ...[...tagsOf(told)].flatMap(([name, tag]): Warning[] => {
      if (!isLacking((layout) => layout.tagPlaces(tag).length > 0)) return untagged(lines, { name, key: tag.key })
      const message = `the export has no column for ${name}: add resource_tags and tags to its query`
      return [{ code: 'bill-columns', message }]
    }),
    ...damaged.flatMap(([rows, what]) => (rows > 0 ? [linesWithout(rows, what)] : [])),
  ]
}

const noColumn = (which: string): Warning => ({ code: 'bill-columns', message: `the export has no column ${which}` })
const linesWithout = (lines: number, what: string): Warning => {
  return { code: 'bill-damaged', message: `${count(lines, 'line')} without ${what}` }
}

function uncountedWarnings(layouts: readonly Layout[], lines: readonly BillLine[]): Warning[] {
  const uncounted = lines.reduce((sum, line) => sum + (line.uncounted ?? 0), 0)
  if (uncounted === 0) return []
  const column = layouts.some(({ form }) => form.name === 'CUR') ? 'line_item_usage_amount' : 'ConsumedQuantity'
  const unknown = `${column}, so that not all tokens and images are known; the cost is as billed`
  const isNowhere = layouts.every((layout) => layout.places('quantity').length === 0)
  return [isNowhere ? noColumn(`${unknown}: add it to its query`) : linesWithout(uncounted, unknown)]
}

function firstOfEach(warnings: readonly Warning[]): Warning[] {
  const codes = [...new Set(warnings.map(({ code }) => code))]
  return codes.flatMap((code) => firstOf(warnings.filter((warning) => warning.code === code)))
}
