import { type ChangeReport, type CommandResult, errorJson } from '../../core/change-report.ts'
import { EXIT_CODE, interrupted } from '../../core/errors.ts'
import type { Outcome } from '../../core/events.ts'
import { printError, printFailed } from '../../ui/error.ts'
import { printPlan } from '../../ui/plan.ts'
import { type App, printJson } from '../session/app.ts'

/**
 * Prints the result of `setup` or `cleanup` and answers the exit code. For a reader that is a line and what to do `next`;
 * a dry run has shown its plan already.
 */
export function printChangeResult(
  app: App,
  result: CommandResult,
  { dryRun, next = [] }: { dryRun: boolean; next?: readonly string[] },
): number {
  const { report, error } = result
  const { io, common } = app
  app.reporter.pause()
  if (common.json) printJson(app, changeJson(result))
  else if (dryRun) io.stderr.line('Dry run: nothing was changed.')
  else if (error?.code !== 'Declined') {
    io.stdout.line(`${report.command}: ${tally(report)}.`)
    if (!error && next.length > 0) io.stdout.line(['', 'Next', ...next.flatMap(nextLines)].join('\n'))
  }
  return exitCodeOf(app, result) ?? 0
}

/** Prints what `status` found, and answers 3 for drift when that was asked for. */
export function printStatus(app: App, result: CommandResult, options: { exitCode: boolean }): number {
  const { report } = result
  app.reporter.pause()
  if (app.common.json) printJson(app, changeJson(result))
  else printPlan(app.io.stdout, report, 'status')
  return exitCodeOf(app, result) ?? (report.ok || !options.exitCode ? 0 : EXIT_CODE.gate)
}

/** The report with the error that decided the exit code. */
function changeJson({ report, error }: CommandResult): object {
  return error ? { ...report, error: errorJson(error) } : report
}

/**
 * The exit code of what failed, told: each failed resource with its cause and cure, then the error. What the command's own error says is left out, and so is what was
 * interrupted, which that error names. Undefined where all went well.
 */
function exitCodeOf({ io, common }: App, { report, error }: CommandResult): number | undefined {
  if (!error) return undefined
  for (const { outcome, error: own, ...resource } of report.resources) {
    if (outcome === 'failed' && own && own.message !== error.message && own.code !== INTERRUPTED) {
      printFailed(io.stderr, { ...resource, error: own })
    }
  }
  printError(io.stderr, error, { debug: common.debug })
  return EXIT_CODE[error.kind]
}

/** What to do, and under it the link or command, on a line of its own to copy. */
export function nextLines(step: string): string[] {
  const [what = '', how = ''] = step.split(/: (.*)/s)
  return [`  ${what}:`, `    ${how}`]
}

const INTERRUPTED = interrupted().code

/** "10 created, 2 unchanged". */
function tally({ command, resources }: ChangeReport): string {
  const done = { create: 'created', update: 'updated', remove: 'removed' } as Readonly<Record<string, string>>
  const words: Record<Outcome, (action: string) => string> = {
    done: (action) => done[action] ?? 'done',
    unchanged: () => (command === 'cleanup' ? 'not there' : 'unchanged'),
    skipped: () => 'left standing',
    failed: () => 'failed',
    'not-run': () => 'not run',
  }
  const counts = new Map<string, number>()
  for (const { outcome, action, error } of resources) {
    const word = outcome === 'failed' && error?.code === INTERRUPTED ? 'interrupted' : words[outcome](action)
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].map(([word, number]) => `${number} ${word}`).join(', ')
}
