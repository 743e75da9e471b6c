import type { Digest } from '../core/digest.ts'
import { plain } from '../text/escape.ts'
import { accountsText, costCell, regionsText, windowText } from './formats/labels.ts'
import { linesOf } from './formats/lines.ts'
import { notesOf } from './formats/notes.ts'
import { changeText, headline, unusedTexts } from './formats/texts.ts'
import { isTimeGrouping } from './grouping.ts'
import { HIGH_ERROR_RATE } from './model.ts'
import type { ReportView } from './view.ts'
import { HOUR_MS, UNITS } from './window.ts'

const MOST_NAMED = 3
const MOST_REGIONS = 4
/** Notes that change what a reader does today; some only where they are of something bad. */
const TOLD: ReadonlySet<string> = new Set(['Change', 'New', 'Gone', 'Budget'])
const TOLD_IF_BAD: ReadonlySet<string> = new Set(['Quota', 'Anomaly'])

const MORE = / \(--verbose\)$/
/** After the cause of an anomaly: what each added. */
const CAUSES = /: volume .*$/

/** A report for whoever does not read it: what it cost, what broke and changed, what was most expensive, what has no price. */
export function reportDigest(view: ReportView, failures: readonly { message: string }[]): Digest {
  const { report } = view
  const unused = unusedTexts(view)
  const [cost = '', span = '', ...more] = headline(view).map(({ text }) => plain(text))
  const change = report.compare ? `, ${changeText(report.compare.change)}` : ''
  const notes = notesOf(view, false)
  const told = notes.filter(({ label, tone }) => TOLD.has(label) || (tone && TOLD_IF_BAD.has(label)))
  const unpriced = notes.flatMap(
    ({ label, text }) => (label === 'Unpriced' ? text.split(': ')[0]?.replace(MORE, '') : []) ?? [],
  )
  return {
    title: unused ? unused[0] : `Amazon Bedrock: ${cost}, ${span}${change}`,
    ok: failures.length === 0,
    lines: [
      ...failures.map(({ message }) => message),
      ...(unused ? [] : [more.join(' · ')]),
      ...told.map(
        ({ label, text }) => `${label}: ${label === 'Anomaly' ? text.replace(CAUSES, '') : text.replace(MORE, '')}`,
      ),
      ...(unused ? [] : mostExpensive(view)),
      ...(unpriced.length > 0 ? [`No known price: ${unpriced.join(', ')}`] : []),
      [accountsText(report), regionsText(report), windowText(view)].filter((text) => text !== '').join(' · '),
    ].filter((line) => line !== ''),
    next: unused?.[1] ?? nextOf(view),
  }
}

function mostExpensive(view: ReportView): string[] {
  const lines = linesOf(view, { short: true }).filter(
    ({ usage }) => usage.others === undefined && usage.costUsd !== null,
  )
  const ranked = lines.sort((a, b) => (b.usage.costUsd ?? 0) - (a.usage.costUsd ?? 0))
  // An hour says its day, too.
  const finest = UNITS.find((unit) => view.by.includes(unit))
  const isTold = (_: string, index: number) => view.by[index] === finest || !isTimeGrouping(view.by[index] ?? '')
  const names = ranked
    .slice(0, MOST_NAMED)
    .map(({ keys, usage }) => `${keys.filter(isTold).join(' ')} ${costCell(usage)}`)
  return names.length === 0 ? [] : [`Most expensive: ${names.join(', ')}`]
}

/** The command that says more: about errors where there are many, else the report itself, of the same use and time. */
function nextOf({ report, by }: ReportView): string | undefined {
  const { total, source, regions, window, where = {}, compare, anomalies } = report
  const inRegions = regions.length > 0 ? ` --region ${regions.length > MOST_REGIONS ? 'all' : regions.join()}` : ''
  const when = `--since ${minute(window.start)} --until ${minute(window.end)}`
  if ((total.errorRate ?? 0) > HIGH_ERROR_RATE) return `bedrock-monitor query errors-by-code ${when}${inRegions}`
  const patterns = Object.entries(where).map(([key, globs]) => `${key}=${globs.join()}`)
  // A path is of another machine, and what would mean something to a shell is not made to be copied into one.
  if (source === 'file' || source === 'cur' || patterns.some((text) => /['\s]/.test(text))) return undefined
  const from = source === 'metrics' ? '' : ` --source ${source}`
  // Both begin with an hour where hours or days are told apart.
  const gap = Date.parse(window.start) - Date.parse(compare?.window.end ?? '')
  const isPrevious = compare?.window.hours === window.hours && gap >= 0 && gap < HOUR_MS
  const more = `${isPrevious ? ' --compare previous' : ''}${anomalies ? ' --anomalies' : ''}`
  const only = patterns.map((text) => ` --where '${text}'`).join('')
  return `bedrock-monitor report${from} ${when} --by ${by.join()}${only}${more}${source === 'bill' ? '' : inRegions}`
}

/** `2026-11-23T10:00Z`, as flags of time take it. */
const minute = (time: string) => time.replace(/:\d\d(\.\d+)?Z$/, 'Z')
