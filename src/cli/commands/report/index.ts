import type { AwsPlace } from '../../../aws/context.ts'
import { type AppError, EXIT_CODE } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { gateFailure } from '../../../report/gates.ts'
import type { Report } from '../../../report/model.ts'
import type { PriceSources } from '../../../report/sources/prices.ts'
import { compareWindow, resolveBilled, resolveWindow } from '../../../report/window-parse.ts'
import { printError } from '../../../ui/error.ts'
import type { App } from '../../session/app.ts'
import { command } from '../command.ts'
import { REPORT_FLAGS } from './flags.ts'
import { type ReportOptions, reportOptions } from './options.ts'

export const reportCommand = command<ReportOptions>({
  examples: [
    {
      says: 'by day since October, in Berlin time',
      run: 'bedrock-monitor report --since 2026-10-01 --by day --timezone Europe/Berlin',
    },
    { says: 'who spent it, from the invocation log', run: 'bedrock-monitor report --source logs --by identity,model' },
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
  parse: reportOptions,
  async run(app, options) {
    const { openResult } = await import('../../session/write-file.ts')
    const { fleetFor } = await import('../../session/open-session.ts')
    const { report } = await import('../../../steps/6-report.ts')
    const result = await openResult(app, options.output, options.verbose)
    const { columns, compare, format, gates, isInBytes, offline, settings, timeZone, version, window } = options
    const now = app.cx.clock.now()
    const stdin = bytesFrom(app.io)
    const view = await report(
      { cx: app.cx, stdin, open: () => fleetFor(app, 'report', settings, { asCaller: options.isBill }) },
      {
        ...options,
        window: window && (options.isBill ? resolveBilled : resolveWindow)(window, now),
        compare: compare === undefined ? undefined : compareWindow(compare, timeZone, now),
        prices: (places) => pricesFor(app, places, offline),
      },
    )
    const { renderReport, renderBytes, notices } = await format.load()
    const render = (isInBytes && renderBytes) || renderReport
    const text = await render({ ...view, ...(columns && { columns }) }, { ...result, ...(version && { version }) })
    const said = [...(notices?.(view) ?? []), ...(format.bare ? caveats(view.report) : [])]
    for (const warning of said) app.cx.emit({ type: 'warning', warning })
    app.reporter.pause()
    await result.write(text)
    if (options.open) await open(app, result.path)
    return exitCode(app, [gateFailure(view.report, gates), view.error])
  },
})

/** Nobody sits at a pipeline. Where it cannot be opened the report stands all the same. */
async function open({ cx, io, openFile }: App, path: string | undefined): Promise<void> {
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

/** What is at hand has no places: AWS is asked for its prices where that holds up nobody. */
async function pricesFor(app: App, places: readonly AwsPlace[], offline: boolean): Promise<PriceSources> {
  const { priceSources } = await import('../../session/price-sources.ts')
  if (offline || places.length > 0) return priceSources(app, { places, offline })
  const { signInQuickly } = await import('../../session/quick-sign-in.ts')
  const signed = await signInQuickly(app)
  return priceSources(app, { ...signed, offline: signed.places.length === 0 })
}

/** Stdin is opened when the first of it is asked for, and not before. */
async function* bytesFrom(io: App['io']): AsyncGenerator<Uint8Array> {
  for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
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
function exitCode({ io, common }: App, failures: readonly (AppError | undefined)[]): number {
  const all = failures.filter((failure) => failure !== undefined)
  for (const failure of all) printError(io.stderr, failure, { debug: common.debug })
  return all[0] ? EXIT_CODE[all[0].kind] : 0
}
