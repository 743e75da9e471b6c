import type { Change } from './diff.ts'
import { AppError, type ErrorKind } from './errors.ts'
import type { Outcome, Warning } from './events.ts'
import type { Action, PlanItem } from './plan.ts'
import { namesOf, wantedState } from './resource.ts'
import type { Result } from './run.ts'

/** What `setup`, `status`, `cleanup` and what else changes resources print with `--json` (src/schema/change-report.schema.json). */
export interface ChangeReport {
  schemaVersion: 1
  command: string
  /** Null where it is about several: `accounts` has them. */
  accountId: string | null
  accounts?: { id: string; name?: string; ok: boolean; error?: { code: string; message: string; hint?: string } }[]
  regions: string[]
  ok: boolean
  resources: ChangeReportResource[]
  /** Of `setup` what its resources will cost, of `status` what those that stand cost. */
  monthlyCost?: MonthlyCost
  warnings: Warning[]
}

/** What resources cost a month by standing there: a bound from above at list prices, in US dollars. */
export interface MonthlyCost {
  usd: number
  items: { what: string; count: number; usdEach: number; usd: number; source: string }[]
  /** What the bound leaves out and what lowers it, in sentences. */
  notes: string[]
}

export interface ChangeReportResource {
  account?: string
  step: string
  region: string
  type: string
  name: string
  action: Action
  changes: Change[]
  outcome: Outcome
  /** What matters of it as it is to be created or stands; how much is in what is to be removed. */
  summary?: string
  reason?: string
  loses?: string
  error?: { code: string; message: string; hint?: string }
}

/** A command's result: what to print, and the error that decides the exit code when it did not all succeed. */
export interface CommandResult {
  report: ChangeReport
  error?: AppError
}

export type ReportHead = Pick<ChangeReport, 'command' | 'accountId' | 'regions' | 'monthlyCost' | 'warnings'>

/** The results of a plan that is only looked at: nothing is run, so what differs is `not-run`. */
export function asResults(items: readonly PlanItem[]): Result[] {
  return items.map((item) => {
    if (item.error) return { item, outcome: 'failed', error: item.error }
    if (item.action !== 'none') return { item, outcome: 'not-run' }
    return { item, outcome: item.reason === undefined ? 'unchanged' : 'skipped' }
  })
}

export function changeReport(head: ReportHead, results: readonly Result[], ok: boolean): ChangeReport {
  const { command, accountId, regions, monthlyCost, warnings } = head
  const resources = results.map(({ item, outcome, error }) => {
    const { step, region, type, name } = item.resource
    const { action, changes, reason, loses } = item
    const summary = summaryOf(item)
    return {
      ...{ step, region, type, name, action, changes, outcome },
      ...(summary !== undefined && { summary }),
      ...(reason !== undefined && { reason }),
      ...(loses !== undefined && { loses }),
      ...(error && { error: errorJson(error) }),
    }
  })
  return { schemaVersion: 1, command, accountId, regions, ok, resources, ...(monthlyCost && { monthlyCost }), warnings }
}

/** The same with its error, where there is one. */
export function commandResult(head: ReportHead, results: readonly Result[], error?: AppError): CommandResult {
  return { report: changeReport(head, results, !error), ...(error && { error }) }
}

function summaryOf({ action, resource, have }: PlanItem): string | undefined {
  if (action === 'create') return resource.summary?.(wantedState(resource, undefined))
  if (action === 'none') return have && resource.summary?.(have.state)
  return action === 'remove' ? have && resource.holds?.(have.state) : undefined
}

export function errorJson({ code, message, hint }: AppError): { code: string; message: string; hint?: string } {
  return { code, message, ...(hint !== undefined && { hint }) }
}

/** The error of a run: an interruption first, `partial` where some was done, else as the first failure; undefined when all went well. */
export function failureOf(results: readonly Result[], command: string): AppError | undefined {
  const failed = results.filter(({ error }) => error)
  const [first] = failed
  if (!first) return undefined
  const stopped = failed.find(({ error }) => error?.kind === 'interrupted')
  const done = results.filter(({ outcome }) => outcome === 'done').length
  const skipped = failed.filter(({ outcome }) => outcome === 'skipped')
  const left = failed.filter(({ outcome }) => outcome !== 'skipped')
  const parts = [
    `${command} did ${done} of ${done + failed.length} changes`,
    ...(skipped.length > 0 ? [`skipped: ${countsOf(skipped)}`] : []),
    ...(left.length > 0 ? [`not done: ${countsOf(left)}`] : []),
  ]
  const message = parts.join('; ')
  // What has a remedy of its own stops the next run, too.
  const before = !stopped && left.some(({ error }) => error?.hint) ? 'follow the advice above, then run' : 'run'
  const again = { hint: `${before} bedrock-monitor ${command} again: it continues where it stopped` }
  if (stopped) return new AppError('interrupted', 'Interrupted', `interrupted: ${message}`, again)
  if (done > 0) return new AppError('partial', 'PartlyDone', message, again)
  const kind: ErrorKind = first.error?.kind ?? 'failed'
  return new AppError(kind, first.error?.code ?? 'Failed', message, again)
}

function countsOf(results: readonly Result[]): string {
  const resources = results.map(({ item }) => item.resource)
  return namesOf(resources, () => '')
}
