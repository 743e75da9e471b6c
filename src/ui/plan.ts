import type { ChangeReport, ChangeReportResource, MonthlyCost } from '../core/change-report.ts'
import type { Change } from '../core/diff.ts'
import type { Action } from '../core/plan.ts'
import { GLOBAL } from '../core/resource.ts'
import { plain } from '../text/escape.ts'
import { count, usd } from '../text/numbers.ts'
import type { Painter } from '../text/painter.ts'
import { truncate, widest } from '../text/width.ts'
import { wrap, wrapId } from '../text/wrap.ts'
import type { Output } from './output.ts'

/** Longer values are cut: a reader decides by what changes, and `--json` has all of it. */
const MOST_OF_A_VALUE = 160

/** A flag of setup is not remembered: who set up with one finds a difference that nobody has made. */
const OTHER_SETTINGS =
  'Differing from the settings of this command: flags, variables and bedrock-monitor.json. Give it those that setup had.'

/** A column for names is not narrower. */
const LEAST_NAME = 24

const MARK: Record<Action, string> = { create: '+', update: '~', remove: '-', blocked: '!', none: '=' }

const COLOUR: Record<Action, keyof Painter> = {
  ...{ create: 'green', update: 'yellow', remove: 'red', blocked: 'red', none: 'dim' },
}

/** Whose plan it is: the words differ. */
export type PlanMood = 'setup' | 'status' | 'cleanup'

/** The whole page: where, what, and how much of it. */
export function printPlan(
  out: Output,
  report: Pick<ChangeReport, 'accountId' | 'regions' | 'resources' | 'monthlyCost'>,
  mood: PlanMood,
): void {
  out.line(
    `Account ${report.accountId}, ${report.regions.length === 1 ? 'Region' : 'Regions'} ${report.regions.join(', ')}`,
  )
  for (const line of planLines(out, report.resources)) out.line(line)
  out.line(`${mood === 'status' ? 'Status' : 'Plan'}: ${planSummary(report.resources, mood)}.`)
  if (mood === 'status' && report.resources.some(({ action }) => action === 'update')) {
    for (const line of wrap(OTHER_SETTINGS, Math.max(40, out.width))) out.line(out.paint.dim(line))
  }
  if (report.monthlyCost) for (const line of costLines(report.monthlyCost, out.width)) out.line(out.paint.dim(line))
}

/** "A month: at most $3.40 (4 alarm metrics $0.40, 1 dashboard $3.00)", then what that leaves out and what lowers it. */
function costLines({ usd: sumUsd, items, notes }: MonthlyCost, width: number): string[] {
  const parts = items.filter((item) => item.usd > 0).map((item) => `${count(item.count, item.what)} ${usd(item.usd)}`)
  if (parts.length === 0 && notes.length === 0) return []
  const sum = parts.length === 0 ? 'nothing by the month' : `at most ${usd(sumUsd)} (${parts.join(', ')})`
  return [`A month: ${sum}`, ...notes].flatMap((text, index) =>
    wrap(text, Math.max(40, width) - 4).map((line, part) => (index + part === 0 ? line : `  ${line}`)),
  )
}

/** The plan for a reader: a line for each resource with what is to be done to it, the changes under it. */
function planLines(out: Output, items: readonly ChangeReportResource[]): string[] {
  const regions = items.map(({ region }) => region)
  // Names recur from Region to Region; one Region alone stands in the headline.
  const several = new Set(regions.filter((region) => region !== GLOBAL)).size > 1
  const widths = { type: widest(items.map(({ type }) => type)), region: several ? widest(regions) : 0 }
  return items.flatMap((item) => [headLine(out, item, widths), ...changeLines(out, item)])
}

const SUMMARY_WORDS: Record<PlanMood, Readonly<Record<string, string>>> = {
  setup: { create: 'to create', update: 'to update', remove: 'to remove', blocked: 'blocked', none: 'unchanged' },
  status: { create: 'missing', update: 'differing', remove: 'not asked for', blocked: 'not ours', none: 'as set up' },
  cleanup: { remove: 'to remove', update: 'to update', blocked: 'held back', none: 'not there' },
}

/** "3 to create, 1 to update, 7 unchanged", or "3 missing, 1 differing, 7 as set up". */
export function planSummary(items: readonly ChangeReportResource[], mood: PlanMood): string {
  const counts = new Map<string, number>()
  for (const { action, reason, error } of items) {
    const left = action === 'none' && reason !== undefined && mood === 'cleanup'
    const word = error ? 'unreadable' : left ? 'left standing' : (SUMMARY_WORDS[mood][action] ?? action)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].map(([word, number]) => `${number} ${word}`).join(', ') || 'nothing'
}

function headLine(out: Output, item: ChangeReportResource, widths: { type: number; region: number }): string {
  const { step, type, name, region, action } = item
  const why = item.error ? plain(item.error.message) : plain(item.reason ?? '')
  const mark = item.error ? '?' : MARK[action]
  const where = widths.region > 0 ? `${region.padEnd(widths.region)}  ` : ''
  const head = `  ${mark} ${step.padEnd(2)} ${where}${type.padEnd(widths.type)}  `
  const room = Math.max(LEAST_NAME, out.width - head.length)
  const line = head + wrapId(plain(name), out.isTty ? room : Infinity).join(`\n${' '.repeat(head.length)}`)
  return out.paint[item.error ? 'red' : COLOUR[action]](line) + (why === '' ? '' : out.paint.dim(`  (${why})`))
}

function changeLines(out: Output, item: ChangeReportResource): string[] {
  if (item.action !== 'update' && item.action !== 'blocked') return []
  const lines = item.changes.map((change) => `         ${changeText(out, change)}`)
  return item.loses === undefined ? lines : [...lines, out.paint.red(`         ${plain(item.loses)}`)]
}

function changeText(out: Output, { path, from, to }: Change): string {
  const arrow = out.unicode ? '→' : '->'
  return `${plain(path) || 'all of it'}: ${out.paint.dim(valueText(from))} ${arrow} ${valueText(to)}`
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return truncate(plain(text), MOST_OF_A_VALUE)
}
