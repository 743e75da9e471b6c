import type { ChangeReport, ChangeReportResource, MonthlyCost } from '../core/change-report.ts'
import { type Change, equal } from '../core/diff.ts'
import type { Action } from '../core/plan.ts'
import { GLOBAL } from '../core/resource.ts'
import { plain } from '../text/escape.ts'
import { count, grouped, usd } from '../text/numbers.ts'
import type { Painter } from '../text/painter.ts'
import { padEnd, truncate, widest, wrap, wrapCommand, wrapId } from '../text/wrap.ts'
import type { Output } from './output.ts'

/** A flag of setup is not remembered: who set up with one finds a difference that nobody has made. */
const OTHER_SETTINGS =
  'Add the flags that setup was run with: without them, what they set differs. bedrock-monitor.json keeps them.'

const LEAST_COLUMNS = 40
const LEAST_NAME = 24
/** What stands beside the names begins here at the latest: longer names push it on. */
const MOST_PADDED = 30
const UNDER = 9

const MARK: Record<Action, string> = { create: '+', update: '~', remove: '-', blocked: '!', none: '=' }

const COLOUR: Record<Action, keyof Painter> = {
  ...{ create: 'green', update: 'yellow', remove: 'red', blocked: 'red', none: 'dim' },
}

export type PlanMood = 'setup' | 'status' | 'cleanup'

export function printPlan(
  out: Output,
  report: Pick<ChangeReport, 'accountId' | 'regions' | 'resources' | 'monthlyCost'>,
  mood: PlanMood,
  remedy?: string,
): void {
  out.line(
    `Account ${report.accountId}, ${report.regions.length === 1 ? 'Region' : 'Regions'} ${report.regions.join(', ')}`,
  )
  for (const line of planLines(out, report.resources)) out.line(line)
  out.line(`${mood === 'status' ? 'Status' : 'Plan'}: ${planSummary(report.resources, mood)}.`)
  const drifted = report.resources.filter(({ action }) => action === 'create' || action === 'update')
  if (remedy !== undefined && drifted.length > 0) {
    out.line('To create or correct these:')
    for (const line of wrapCommand(remedy, Math.max(LEAST_COLUMNS, out.width) - 2)) out.line(`  ${line}`)
    const isDrift = drifted.some(({ action }) => action === 'update')
    for (const line of isDrift ? wrap(OTHER_SETTINGS, Math.max(LEAST_COLUMNS, out.width)) : [])
      out.line(out.paint.dim(line))
  }
  if (report.monthlyCost) for (const line of costLines(report.monthlyCost, out.width)) out.line(out.paint.dim(line))
}

/** "A month: at most $3.40 (4 alarm metrics $0.40, 1 dashboard $3.00)", then what that leaves out and what lowers it. */
function costLines({ usd: sumUsd, items, notes }: MonthlyCost, width: number): string[] {
  const parts = items.filter((item) => item.usd > 0).map((item) => `${count(item.count, item.what)} ${usd(item.usd)}`)
  if (parts.length === 0 && notes.length === 0) return []
  const sum = parts.length === 0 ? 'nothing by the month' : `at most ${usd(sumUsd)} (${parts.join(', ')})`
  return [`A month: ${sum}`, ...notes].flatMap((text, index) =>
    wrap(text, Math.max(LEAST_COLUMNS, width) - 4).map((line, part) => (index + part === 0 ? line : `  ${line}`)),
  )
}

/** The plan for a reader: a line for each resource with what is to be done to it, the changes under it. */
function planLines(out: Output, items: readonly ChangeReportResource[]): string[] {
  const regions = items.map(({ region }) => region)
  // Names recur from Region to Region; one Region alone stands in the headline.
  const several = new Set(regions.filter((region) => region !== GLOBAL)).size > 1
  const widths = {
    type: widest(items.map(({ type }) => type)),
    region: several ? widest(regions) : 0,
    name: Math.min(MOST_PADDED, widest(items.map(({ name }) => plain(name)))),
  }
  const told = new Set<string>()
  return items.flatMap((item) => [...headLines(out, item, widths, told), ...changeLines(out, item)])
}

const SUMMARY_WORDS: Record<PlanMood, Readonly<Record<string, string>>> = {
  setup: { create: 'to create', update: 'to update', remove: 'to remove', blocked: 'blocked', none: 'unchanged' },
  status: { create: 'missing', update: 'differing', remove: 'not asked for', blocked: 'not ours', none: 'as set up' },
  cleanup: { remove: 'to remove', update: 'to update', blocked: 'held back', none: 'not there' },
}

export function planSummary(items: readonly ChangeReportResource[], mood: PlanMood): string {
  const counts = new Map<string, number>()
  for (const { action, reason, error } of items) {
    const left = action === 'none' && reason !== undefined && mood === 'cleanup'
    const word = error ? 'unreadable' : left ? 'left standing' : (SUMMARY_WORDS[mood][action] ?? action)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].map(([word, number]) => `${number} ${word}`).join(', ') || 'nothing'
}

/** What is done to a resource, and beside it or below what matters of it, or why. A cause is told once. */
function headLines(
  out: Output,
  item: ChangeReportResource,
  widths: { type: number; region: number; name: number },
  told: Set<string>,
): string[] {
  const { step, type, name, region, action } = item
  const cause = item.error?.message ?? item.reason
  const beside = [...(cause === undefined ? [] : [told.has(cause) ? '(as above)' : `(${cause})`]), item.summary ?? '']
    .map(plain)
    .filter((text) => text !== '')
    .join(' ')
  if (cause !== undefined) told.add(cause)
  const mark = item.error ? '?' : MARK[action]
  const where = widths.region > 0 ? `${region.padEnd(widths.region)}  ` : ''
  const head = `  ${mark} ${step.padEnd(2)} ${where}${type.padEnd(widths.type)}  `
  const room = Math.max(LEAST_NAME, out.width - head.length)
  const names = wrapId(plain(name), out.isTty ? room : Infinity)
  const style = out.paint[item.error ? 'red' : COLOUR[action]]
  const lines = names.map((part, index) => style((index === 0 ? head : ' '.repeat(head.length)) + part))
  if (beside === '') return lines
  const padded = padEnd(names[0] ?? '', widths.name)
  if (names.length === 1 && (!out.isTty || widest([head + padded + beside]) + 2 <= out.width)) {
    return [style(head + padded) + out.paint.dim(`  ${beside}`)]
  }
  return [...lines, ...indented(out, beside, head.length).map(out.paint.dim)]
}

/** A text below something, in lines that fit; one line where nobody reads on a terminal. */
function indented(out: Output, text: string, indent: number): string[] {
  const lines = out.isTty ? wrap(text, Math.max(LEAST_COLUMNS, out.width) - indent) : [text]
  return lines.map((line) => ' '.repeat(indent) + line)
}

function changeLines(out: Output, item: ChangeReportResource): string[] {
  if (item.action !== 'update' && item.action !== 'blocked') return []
  const lines = item.changes.flatMap((change) => indented(out, plain(changeWords(change)), UNDER))
  return item.loses === undefined ? lines : [...lines, ...indented(out, plain(item.loses), UNDER).map(out.paint.red)]
}

/** Longer values and lists are cut: a reader decides by what changes, and `--json` has all of it. */
const MOST_OF_A_VALUE = 160
const MOST_NAMED = 6
const NAMES = ['Sid', 'ID', 'Id', 'id', 'Name', 'name', 'title', 'label', 'markdown']

/** "threshold: 20,000 → 10,000", "lifecycle: adds bedrock-monitor-retention". Of lists what comes and what goes. Pure. */
export function changeWords({ path, from, to }: Change): string {
  const what = path.replace(/\.Statement$/, '') || 'all of it'
  if (isList(from ?? []) && isList(to ?? []) && (from ?? to) !== undefined) {
    return `${what}: ${listWords((from ?? []) as unknown[], (to ?? []) as unknown[])}`
  }
  const start = typeof from === 'string' && typeof to === 'string' ? commonStart(from, to) : 0
  return `${what}: ${cut(from, start)} → ${cut(to, start)}`
}

function commonStart(from: string, to: string): number {
  if (Math.max(from.length, to.length) <= MOST_OF_A_VALUE) return 0
  let same = 0
  while (same < from.length && from[same] === to[same]) same += 1
  return from.lastIndexOf(' ', same) + 1
}

const cut = (value: unknown, start = 0): string =>
  truncate(`${start > 0 ? '…' : ''}${valueWords(value).slice(start)}`, MOST_OF_A_VALUE)

const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value)

function listWords(from: readonly unknown[], to: readonly unknown[]): string {
  const without = (all: readonly unknown[], known: readonly unknown[]) =>
    all.filter((item) => !known.some((other) => equal(item, other)))
  const [gone, come] = [without(from, to).map(nameOf), without(to, from).map(nameOf)]
  const parts = [
    ['changes', come.filter((name) => gone.includes(name))],
    ['adds', come.filter((name) => !gone.includes(name))],
    ['removes', gone.filter((name) => !come.includes(name))],
  ] as const
  const words = parts.flatMap(([verb, names]) => (names.length === 0 ? [] : [`${verb} ${listed(names)}`]))
  return words.join('; ') || 'another order'
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMED) return names.join(', ')
  return `${names.slice(0, MOST_NAMED - 1).join(', ')} and ${names.length - MOST_NAMED + 1} more`
}

/** What a member of a list is known by; all of it, where it has no name. */
function nameOf(item: unknown): string {
  const members = { ...(item as object) } as Record<string, unknown>
  const inner = { ...(members.properties as object) } as Record<string, unknown>
  const named = NAMES.map((name) => members[name] ?? inner[name]).find((value) => typeof value === 'string')
  return typeof item === 'object' && typeof named === 'string' ? (named.split('\n')[0] ?? '') : cut(item)
}

/** A value without the signs of JSON: "Status Enabled, Days 30". */
function valueWords(value: unknown): string {
  if (value === undefined || value === null) return '(none)'
  if (typeof value === 'number') return grouped(value)
  if (typeof value !== 'object') return String(value)
  if (isList(value)) return listed(value.map(nameOf)) || '(none)'
  const parts = Object.entries(value).flatMap(([name, part]) =>
    part === undefined ? [] : [`${name} ${valueWords(part)}`],
  )
  return parts.join(', ') || '(none)'
}
