import { warningsTogether } from '../../core/by-account.ts'
import { type ChangeReport, type CommandResult, errorJson } from '../../core/change-report.ts'
import { AppError, declined, EXIT_CODE, interrupted } from '../../core/errors.ts'
import type { Outcome } from '../../core/events.ts'
import { grouped } from '../../report/arrange.ts'
import { type AccountResult, HELD_UP, idOf, labelsOf } from '../../steps/across.ts'
import type { Fleet } from '../../steps/session.ts'
import { accountLabel } from '../../text/account.ts'
import { wrapCommand } from '../../text/wrap.ts'
import { printError, printFailed } from '../../ui/error.ts'
import type { Output } from '../../ui/output.ts'
import { printPlan } from '../../ui/plan.ts'
import { type App, printJson } from '../command.ts'

interface Telling {
  dryRun?: boolean
  exitCode?: boolean
  next?: readonly string[] | undefined
  told?: ReadonlySet<string>
}

/** Prints a result and answers the exit code. A dry run has shown its plan; errors in `told` were told with a question. */
export function printChangeResult(app: App, result: CommandResult, telling: Telling): number {
  const { dryRun, exitCode, next = [], told } = telling
  const { report, error } = result
  const { io, common } = app
  if (common.json) printJson(app, changeJson(result))
  else if (report.command === 'status') printPlan(io.stdout, report, 'status', remedyOf(report))
  else if (dryRun) io.stderr.line('Dry run: nothing was changed.')
  else if (error?.code !== 'Declined') {
    io.stdout.line(`${report.command}: ${tally(report)}.`)
    if (!error && next.length > 0) io.stdout.line(nextText(next, io.stdout))
  }
  return exitCodeOf(app, result, told) ?? (report.ok || !exitCode ? 0 : EXIT_CODE.gate)
}

export function printFleetResult(
  app: App,
  { command, dryRun, exitCode }: Pick<Telling, 'dryRun' | 'exitCode'> & { command: string },
  fleet: Fleet,
  results: readonly AccountResult[],
): number {
  const { stdout, stderr } = app.io
  const { json, debug } = app.common
  const whole = together(command, fleet, results)
  const { report, error } = whole
  if (json) printJson(app, changeJson(whole))
  else if (dryRun) stderr.line('Dry run: nothing was changed.')
  const told = new Set<string>()
  for (const { id, name, error: unopened } of fleet.accounts) {
    const found = resultOf(id, results)
    if (!json && found && command === 'status')
      printPlan(stdout, found.report, 'status', `${remedyOf(found.report)} --accounts ${id}`)
    else if (!json && found && !dryRun && error?.code !== 'Declined') {
      stdout.line(`${accountLabel({ id, name })}: ${tally(found.report) || 'not done'}.`)
    }
    const failure = unopened ?? found?.error
    if (!failure || failure.code === 'Declined' || failure.code === HELD_UP || failure === error) continue
    if (told.has(failure.message)) continue
    told.add(failure.message)
    stderr.line(`Account ${accountLabel({ id, name })}`)
    if (unopened) printError(stderr, unopened, { debug })
    else if (found) exitCodeOf(app, found)
  }
  if (!error) return report.ok || !exitCode ? 0 : EXIT_CODE.gate
  printError(stderr, error, { debug })
  return EXIT_CODE[error.kind]
}

const resultOf = (id: string, results: readonly AccountResult[]) =>
  results.find(({ session }) => session.env.accountId === id)?.result

function remedyOf({ regions, resources }: ChangeReport): string {
  const off = resources.filter(({ action }) => action === 'create' || action === 'update')
  const steps = [...new Set(off.map(({ step }) => step))]
  const only = off.length === resources.length ? '' : ` --only ${steps.join(',')}`
  return `bedrock-monitor setup --region ${regions.join(',')}${only}`
}

function changeJson({ report, error }: CommandResult): object {
  return error ? { ...report, error: errorJson(error) } : report
}

/** Tells each cause once with all that failed by it, then the error. The exit code; undefined where all went well. */
function exitCodeOf({ io, common }: App, { report, error }: CommandResult, told?: ReadonlySet<string>) {
  if (!error) return undefined
  const untold = report.resources.filter(({ outcome, error: own }) => {
    if (outcome !== 'failed' || !own || error.message.includes(own.message) || own.code === INTERRUPTED) return false
    return !told?.has(own.message)
  })
  for (const failed of grouped(untold, ({ error: own }) => own?.message ?? '').values())
    if (failed[0]?.error) printFailed(io.stderr, failed, failed[0].error)
  printError(io.stderr, error, { debug: common.debug })
  return EXIT_CODE[error.kind]
}

const LEAST_COLUMNS = 40

/** What to do next, and under each the link or command, on a line of its own to copy. */
export function nextText(steps: readonly string[], { isTty, width }: Output): string {
  const columns = isTty ? Math.max(LEAST_COLUMNS, width) - 4 : Number.POSITIVE_INFINITY
  const lines = steps.flatMap((step) => {
    const [what = '', how = ''] = step.split(/: (.*)/s)
    return [`  ${what}:`, ...wrapCommand(how, columns).map((line) => `    ${line}`)]
  })
  return ['', 'Next', ...lines].join('\n')
}

const INTERRUPTED = interrupted().code

function tally({ command, resources }: ChangeReport): string {
  const done = { create: 'created', update: 'updated', remove: 'removed' } as Readonly<Record<string, string>>
  const words: Record<Outcome, (action: string, reason?: string) => string> = {
    done: (action) => done[action] ?? 'done',
    unchanged: () => (command === 'cleanup' ? 'not there' : 'unchanged'),
    skipped: (_, reason) => (reason?.startsWith('kept: ') ? 'kept' : 'left standing'),
    failed: () => 'failed',
    'not-run': () => 'not run',
  }
  const told = grouped(resources, ({ outcome, action, error, reason }) => {
    if (outcome === 'failed' && error?.code === INTERRUPTED) return 'interrupted'
    return outcome === 'skipped' && error ? 'skipped' : words[outcome](action, reason)
  })
  return [...told].map(([word, { length }]) => `${length} ${word}`).join(', ')
}

/** The results of all accounts as one; `ok` where all is well in each. */
export function together(
  command: string,
  { accounts, warnings = [] }: Fleet,
  results: readonly AccountResult[],
): CommandResult {
  const errors = [...accounts, ...results.map(({ result }) => result)].flatMap(({ error }) => error ?? [])
  const reports = results.map(({ result }) => result.report)
  const well = results.filter(({ result }) => !result.error).length
  const isChanged = reports.some(({ resources }) => resources.some(({ outcome }) => outcome === 'done'))
  const error = errorOf(errors, { command, well, isChanged })
  return {
    report: {
      schemaVersion: 1,
      command,
      accountId: null,
      accounts: accounts.map(({ id, name, error: own }) => {
        const found = resultOf(id, results)
        const failure = own ?? found?.error
        const ok = own === undefined && found?.report.ok === true
        return { id, ...(name && { name }), ok, ...(failure && { error: errorJson(failure) }) }
      }),
      regions: [...new Set(reports.flatMap(({ regions }) => regions))],
      ok: !error && reports.every(({ ok }) => ok),
      resources: results.flatMap(({ session, result }) =>
        result.report.resources.map((resource) => ({ account: session.env.accountId, ...resource })),
      ),
      warnings: [
        ...warnings,
        ...warningsTogether(
          results.map(({ session, result }) => ({ id: idOf(session), warnings: result.report.warnings })),
          labelsOf(results.map(({ session }) => session)),
        ),
      ],
    },
    ...(error && { error }),
  }
}

/** What all fail by, else "done in part". A no in one account is that of all only where nothing was changed in any. */
function errorOf(
  errors: readonly AppError[],
  { command, well, isChanged }: { command: string; well: number; isChanged: boolean },
): AppError | undefined {
  const [first] = errors
  const ofAll = errors.find(
    ({ code, kind }) => code === HELD_UP || (kind === 'interrupted' && !(code === declined().code && isChanged)),
  )
  if (ofAll || !first || (well === 0 && !isChanged)) return ofAll ?? first
  const message = `${command} did not succeed in ${errors.length} of ${errors.length + well} accounts`
  const again = `run bedrock-monitor ${command} again: it continues where it stopped`
  const isOneCause = errors.every(({ hint }) => hint === first.hint)
  const hint = isOneCause ? (first.hint ?? again) : `see each account's hint; then ${again}`
  return new AppError('partial', 'PartlyDone', message, { hint })
}
