import type { RenderOptions } from '../../../report/formats/format.ts'
import { gateFailure } from '../../../report/gates.ts'
import type { ReportView } from '../../../report/view.ts'
import { printErrors } from '../../../ui/error.ts'
import { type App, define } from '../../command.ts'
import { teamsFor } from '../../session/config-file.ts'
import { REPORT_FLAGS } from './flags.ts'
import { checkTeams, reportOptions } from './options.ts'

export const command = define({
  examples: [
    ['by day since October, in Berlin time', 'report --since 2026-10-01 --by day --timezone Europe/Berlin'],
    ['who spent it, from the invocation log', 'report --source logs --by role,model'],
    ['why this week cost more than the last', 'report --last 7d --compare previous'],
    ['the five models with most tokens', 'report --sort tokens --top 5'],
    ['Claude alone, by week', "report --last 30d --by week --where 'model=*claude*'"],
    ['what AWS billed, by account', 'report --source bill --by account'],
    ['a page with charts', 'report --last 7d -o usage.html --open'],
    ['how close the models came to their quotas', 'report --last 7d --quotas'],
    ['from downloaded logs, without calling AWS', 'report --source file:./logs --format csv'],
    ['fail a pipeline if the cost is over $50', 'report --fail-over-usd 50'],
  ],
  flags: REPORT_FLAGS,
  parse(args) {
    const options = reportOptions(args)
    checkTeams(options)
    return options
  },
  tells: true,
  async run(app, options, tell) {
    const { makeFolder, openResult } = await import('../../session/write-file.ts')
    const { runReport } = await import('./run-report.ts')
    const { writeParts } = await import('./run-report.ts')
    const { columns, format, gates, isInBytes, output = '', splitBy, version } = options
    if (splitBy !== undefined) await makeFolder(app, output)
    const result = splitBy === undefined ? await openResult(app, options) : undefined
    const view = await runReport(app, { ...options, teams: await teamsFor(app, options.teamsFile) })
    const { renderReport, renderPieces, renderBytes, notices } = await format.load()
    const render = (shown: ReportView, layout: RenderOptions) =>
      ((isInBytes && renderBytes) || (renderPieces ?? renderReport))(
        { ...shown, ...(columns && { columns }) },
        { ...layout, ...(version && { version }) },
      )
    const text = result && (await render(view, result))
    const { unpriced, warnings } = view.report
    const unknown = unpriced.map(({ model, reason }) => {
      return { code: 'unpriced', message: `${model} is unpriced: ${reason}` } as const
    })
    // What the other formats tell in the report itself: a table for a program has no place for it.
    const said = [...(notices?.(view) ?? []), ...(format.bare ? [...unknown, ...warnings] : [])]
    for (const warning of said) app.cx.emit({ type: 'warning', warning })
    await result?.write(text ?? '')
    const path = result ? result.path : await writeParts(app, view, { output, ending: format.endings[0], render })
    if (options.open) await open(app, path)
    const failures = [gateFailure(view.report, gates), view.error]
    const told = failures.filter((failure) => failure !== undefined)
    tell(async () => (await import('../../../report/digest.ts')).reportDigest(view, told))
    // The report is out, so what does not hold is only said: a second result on stdout would spoil the first.
    return printErrors(app.io.stderr, told, app.common)
  },
})

/** Nobody sits at a pipeline. Where it cannot be opened the report stands all the same. */
export async function open({ cx, io, openFile }: App, path: string | undefined): Promise<void> {
  const not = (why: string) =>
    cx.emit({ type: 'warning', warning: { code: 'not-opened', message: `not opened: ${why}` } })
  if (path === undefined) return not('it is no file')
  if (!io.isLive) return not('this is not a terminal, or it is CI')
  await openFile(path).catch(({ code, message }) => not(`the system has nothing to open it with (${code ?? message})`))
}
