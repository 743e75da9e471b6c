import type { ChangeReport, CommandResult } from '../core/change-report.ts'
import { EXIT_CODE } from '../core/errors.ts'
import { printError } from '../ui/error.ts'
import { printPlan } from '../ui/plan.ts'
import { clean } from '../ui/text.ts'
import { type App, printJson } from './app.ts'

/** Prints the result of `setup` or `cleanup` (as JSON, or as a line and `next`) and answers the exit code. */
export function printChangeResult(app: App, result: CommandResult, next: readonly string[]): number {
  const { report, error } = result
  const { io, common } = app
  app.reporter.pause()
  if (common.json) printJson(app, changeJson(result))
  else {
    io.stdout.line(`${report.command}: ${tally(report)}.`)
    if (!error && next.length > 0) io.stdout.line(['', 'Next', ...next.map((line) => `  ${line}`)].join('\n'))
  }
  if (!error) return 0
  printFailures(app, result)
  printError(io.stderr, error, { debug: common.debug })
  return EXIT_CODE[error.kind]
}

/** Prints what `status` found, and answers 3 for drift when that was asked for. */
export function printStatus(app: App, result: CommandResult, options: { exitCode: boolean }): number {
  const { report, error } = result
  app.reporter.pause()
  if (app.common.json) printJson(app, changeJson(result))
  else printPlan(app.io.stdout, report)
  if (error) {
    printFailures(app, result)
    printError(app.io.stderr, error, { debug: app.common.debug })
    return EXIT_CODE[error.kind]
  }
  return report.ok || !options.exitCode ? 0 : EXIT_CODE.gate
}

/** The report with the error that decided the exit code. */
export function changeJson({ report, error }: CommandResult): object {
  if (!error) return report
  const { code, message, hint } = error
  return { ...report, error: { code, message, ...(hint !== undefined && { hint }) } }
}

/** Each failed resource with its cause and cure; one that says the same as the command's own error is left out. */
export function printFailures({ io }: Pick<App, 'io'>, { report, error }: CommandResult): void {
  const { stderr } = io
  for (const { step, type, name, outcome, error: own } of report.resources) {
    if (outcome !== 'failed' || !own || own.message === error?.message) continue
    stderr.line(`${stderr.paint.red('failed:')} step ${step}, ${type} ${clean(name)}: ${clean(own.message)}`)
    if (own.hint !== undefined) stderr.line(`${stderr.paint.cyan('hint:')} ${clean(own.hint)}`)
  }
}

/** "10 created, 2 unchanged". */
function tally({ resources }: ChangeReport): string {
  const words = { create: 'created', update: 'updated', remove: 'removed' } as Readonly<Record<string, string>>
  const counts = new Map<string, number>()
  for (const { outcome, action } of resources) {
    const word = outcome === 'done' ? (words[action] ?? 'done') : outcome === 'skipped' ? 'left standing' : outcome
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].map(([word, number]) => `${number} ${word.replace('-', ' ')}`).join(', ') || 'nothing to do'
}
