import type { ChangeReport, ChangeReportResource } from '../core/change-report.ts'
import type { Change } from '../core/diff.ts'
import type { Action } from '../core/plan.ts'
import type { Output } from './output.ts'
import { clean, truncate } from './text.ts'

/** Longer values are cut: a reader decides by what changes, and `--json` has all of it. */
const MOST_OF_A_VALUE = 160

const MARK: Record<Action, string> = { create: '+', update: '~', remove: '-', blocked: '!', none: '=' }

/** The whole plan: where, what, and how much of it. */
export function printPlan(out: Output, report: Pick<ChangeReport, 'accountId' | 'regions' | 'resources'>): void {
  out.line(`Account ${report.accountId}, Region ${report.regions.join(', ')}`)
  for (const line of planLines(out, report.resources)) out.line(line)
  out.line(`Plan: ${planSummary(report.resources)}.`)
}

/** The plan for a reader: a line for each resource with what is to be done to it, the changes under it. */
export function planLines(out: Output, items: readonly ChangeReportResource[]): string[] {
  const width = Math.max(0, ...items.map(({ type }) => type.length))
  return items.flatMap((item) => [headLine(out, item, width), ...changeLines(out, item)])
}

/** "3 to create, 1 to update, 7 unchanged". */
export function planSummary(items: readonly ChangeReportResource[]): string {
  const kinds: [string, (item: ChangeReportResource) => boolean][] = [
    ['to create', ({ action }) => action === 'create'],
    ['to update', ({ action }) => action === 'update'],
    ['to remove', ({ action }) => action === 'remove'],
    ['blocked', ({ action }) => action === 'blocked'],
    ['unreadable', ({ error }) => error !== undefined],
    ['left standing', ({ action, reason }) => action === 'none' && reason !== undefined],
    ['unchanged', ({ action, reason, error }) => action === 'none' && !reason && !error],
  ]
  const parts = kinds
    .map(([word, belongs]) => ({ word, number: items.filter(belongs).length }))
    .filter(({ number }) => number > 0)
    .map(({ word, number }) => `${number} ${word}`)
  return parts.join(', ') || 'nothing'
}

function headLine(out: Output, item: ChangeReportResource, width: number): string {
  const { step, type, name, action } = item
  const why = item.error ? clean(item.error.message) : (item.reason ?? '')
  const mark = item.error ? '?' : MARK[action]
  const line = `  ${mark} ${step.padEnd(2)} ${type.padEnd(width)}  ${clean(name)}`
  return painted(out, item)(line) + (why === '' ? '' : out.paint.dim(`  (${why})`))
}

function painted(out: Output, { action, error }: ChangeReportResource): (text: string) => string {
  const { paint } = out
  if (error) return paint.red
  switch (action) {
    case 'create':
      return paint.green
    case 'update':
      return paint.yellow
    case 'remove':
    case 'blocked':
      return paint.red
    default:
      return paint.dim
  }
}

function changeLines(out: Output, item: ChangeReportResource): string[] {
  if (item.action !== 'update' && item.action !== 'blocked') return []
  return item.changes.map((change) => `         ${changeText(out, change)}`)
}

function changeText(out: Output, { path, from, to }: Change): string {
  const arrow = out.unicode ? '→' : '->'
  return `${path || 'all of it'}: ${out.paint.dim(valueText(from))} ${arrow} ${valueText(to)}`
}

function valueText(value: unknown): string {
  if (value === undefined) return '(none)'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return truncate(clean(text), MOST_OF_A_VALUE)
}
