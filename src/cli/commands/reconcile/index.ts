import { setFlagsFromString } from 'node:v8'
import { AppError } from '../../../core/errors.ts'
import { exactPercent } from '../../../report/gates.ts'
import { reconcileDigest } from '../../../report/reconcile/formats/words.ts'
import type { Reconciliation } from '../../../report/reconcile/model.ts'
import { signedUsd } from '../../../text/numbers.ts'
import { printErrors } from '../../../ui/error.ts'
import { type App, define } from '../../command.ts'
import { open } from '../report/index.ts'
import { RECONCILE_FLAGS, reconcileOptions, windowOf } from './options.ts'

export const command = define({
  examples: [
    ['a month that AWS has closed', 'reconcile --month 2026-10'],
    ['with the tiers and prompt lengths of the invocation log', 'reconcile --month 2026-10 --source logs'],
    ['all accounts of the organization, from the account that pays', 'reconcile --accounts org --region all'],
    ['a page to send on', 'reconcile --month 2026-10 -o reconciled.html --open'],
    ['fail a pipeline if more than 2 % of the bill is unexplained', 'reconcile --last 7d --max-unexplained 2%'],
  ],
  flags: RECONCILE_FLAGS,
  parse: reconcileOptions,
  tells: true,
  async run(app, options, tell) {
    // V8 lets garbage grow to four times of what is in use: 780 MB instead of 446 for a year of twenty accounts, and no faster.
    setFlagsFromString('--heap-growing-percent=30')
    const { openResult } = await import('../../session/write-file.ts')
    const { fleetFor } = await import('../../session/open-session.ts')
    const { pricesFor } = await import('../../session/price-sources.ts')
    const { readingOf } = await import('../report/run-report.ts')
    const { reconcile } = await import('../../../steps/6-report.ts')
    const result = await openResult(app, options)
    const { format, settings } = options
    const { reconciliation: whole, error } = await reconcile(
      {
        ...readingOf(app, options),
        open: () => fleetFor(app, 'reconcile', { settings }),
        openBill: () => fleetFor(asCaller(app), 'reconcile', { settings, asCaller: true }),
      },
      {
        ...options,
        window: windowOf(options, app.cx.clock.now()),
        prices: (places) => pricesFor(app, places),
      },
    )
    const reconciliation = { ...whole, groups: options.pick(whole.groups) }
    const { render } = await format.load()
    const text = render(reconciliation, { ...result, ...options.layout })
    if (format.bare) for (const warning of reconciliation.warnings) app.cx.emit({ type: 'warning', warning })
    await result.write(text)
    if (options.open) await open(app, result.path)
    const failures = [gateFailure(reconciliation, options.maxUnexplained), error].filter((one) => one !== undefined)
    tell(() => reconcileDigest(reconciliation, failures))
    return printErrors(app.io.stderr, failures, app.common)
  },
})

/** The roles that are named are for the estimate: the bill is read as who runs this. */
function asCaller(app: App): App {
  const { accounts } = app.common
  return { ...app, common: { ...app.common, accounts: { ...accounts, role: undefined, externalId: undefined } } }
}

/** Why more is unexplained than there may be; undefined where it holds. A limit that is just reached holds. */
export function gateFailure({ total, causes }: Reconciliation, most: number | undefined): AppError | undefined {
  const { unexplainedPercent: percent } = total
  if (most === undefined || (percent !== null && percent <= most * 100)) return undefined
  const said =
    percent === null
      ? 'something is unexplained and nothing is billed'
      : `${exactPercent(percent / 100)} of the bill is unexplained`
  const why = causes.filter(({ of }) => of === 'unexplained').map(({ title, usd }) => `${title} (${signedUsd(usd)})`)
  const limit = `--max-unexplained ${exactPercent(most)}`
  const hint = 'the table above shows where: --format csv has each day, model and kind'
  return new AppError('gate', 'ReconcileGate', `${said}, over ${limit}: ${why.join(', ')}`, { hint })
}
