import { type AppError, EXIT_CODE } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import type { RenderOptions } from '../../../report/formats/format.ts'
import { gateFailure } from '../../../report/gates.ts'
import type { Report, ReportView } from '../../../report/view.ts'
import { printError } from '../../../ui/error.ts'
import type { App } from '../../session/app.ts'
import { teamsFor } from '../../session/config-file.ts'
import { notifying } from '../../session/notifying.ts'
import { command } from '../command.ts'
import { REPORT_FLAGS } from './flags.ts'
import { checkTeams, type ReportOptions, reportOptions } from './options.ts'

export const reportCommand = command<ReportOptions>({
  examples: [
    {
      says: 'by day since October, in Berlin time',
      run: 'bedrock-monitor report --since 2026-10-01 --by day --timezone Europe/Berlin',
    },
    { says: 'who spent it, from the invocation log', run: 'bedrock-monitor report --source logs --by role,model' },
    { says: 'why this week cost more than the last', run: 'bedrock-monitor report --last 7d --compare previous' },
    { says: 'the five models with most tokens', run: 'bedrock-monitor report --sort tokens --top 5' },
    { says: 'Claude alone, by week', run: "bedrock-monitor report --last 30d --by week --where 'model=*claude*'" },
    { says: 'what AWS billed, by account', run: 'bedrock-monitor report --source bill --by account' },
    { says: 'a page with charts', run: 'bedrock-monitor report --last 7d -o usage.html --open' },
    { says: 'how close the models came to their quotas', run: 'bedrock-monitor report --last 7d --quotas' },
    {
      says: 'from downloaded logs, without calling AWS',
      run: 'bedrock-monitor report --source file:./logs --format csv',
    },
    { says: 'fail a pipeline if the cost is over $50', run: 'bedrock-monitor report --fail-over-usd 50' },
  ],
  flags: REPORT_FLAGS,
  parse(args) {
    const options = reportOptions(args)
    checkTeams(options)
    return options
  },
  run: notifying('report', async (app, options, tell) => {
    const { openResult } = await import('../../session/write-file.ts')
    const { runReport } = await import('./run-report.ts')
    const { columns, format, gates, isInBytes, output, splitBy, verbose, version } = options
    const { makeFolder, writeParts } = await import('./split.ts')
    if (splitBy !== undefined) await makeFolder(app, output ?? '')
    const result = splitBy === undefined ? await openResult(app, options) : undefined
    const teams = await teamsFor(app, options.teamsFile)
    const view = await runReport(app, { ...options, teams })
    const { renderReport, renderPieces, renderBytes, notices } = await format.load()
    const render = (shown: ReportView, layout: RenderOptions) =>
      ((isInBytes && renderBytes) || (renderPieces ?? renderReport))(
        { ...shown, ...(columns && { columns }) },
        { ...layout, ...(version && { version }) },
      )
    const text = result && (await render(view, result))
    const said = [...(notices?.(view) ?? []), ...(format.bare ? caveats(view.report) : [])]
    for (const warning of said) app.cx.emit({ type: 'warning', warning })
    app.reporter.pause()
    await result?.write(text ?? '')
    const path = result
      ? result.path
      : await writeParts(app, view, { output: output ?? '', ending: format.endings[0], verbose, render })
    if (options.open) await open(app, path)
    const failures = [gateFailure(view.report, gates), view.error].filter((failure) => failure !== undefined)
    tell(async () => (await import('../../../report/digest.ts')).reportDigest(view, failures))
    return exitCode(app, failures)
  }),
})

/** Nobody sits at a pipeline. Where it cannot be opened the report stands all the same. */
export async function open({ cx, io, openFile }: App, path: string | undefined): Promise<void> {
  const why =
    path === undefined
      ? 'it is no file'
      : io.isLive
        ? await openFile(path).then(
            () => undefined,
            (error: NodeJS.ErrnoException) => `the system has nothing to open it with (${error.code ?? error.message})`,
          )
        : 'this is not a terminal, or it is CI'
  if (why === undefined) return
  cx.emit({ type: 'warning', warning: { code: 'not-opened', message: `not opened: ${why}` } })
}

/** What the other formats tell in the report itself: a table for a program has no place for it. */
function caveats({ unpriced, warnings }: Report): Warning[] {
  const unknown = unpriced.map(
    ({ model, reason }): Warning => ({
      code: 'unpriced',
      message: `${model} is unpriced: ${reason}`,
    }),
  )
  return [...unknown, ...warnings]
}

/** The report is out, so what does not hold is only said: a second result on stdout would spoil the first. */
export function exitCode({ io, common }: App, failures: readonly (AppError | undefined)[]): number {
  const all = failures.filter((failure) => failure !== undefined)
  for (const failure of all) printError(io.stderr, failure, { debug: common.debug })
  return all[0] ? EXIT_CODE[all[0].kind] : 0
}
