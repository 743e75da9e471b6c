import type { Context } from '../../../core/context.ts'
import { ACCOUNT_FLAGS, NO_LINKED } from '../../args/account-flags.ts'
import { OFFLINE_FLAG, wholeNumber } from '../../args/flag.ts'
import type { App } from '../../session/app.ts'
import { command } from '../command.ts'

interface Options {
  once: boolean
  intervalMs: number
  offline: boolean
  linked: boolean
}

/** Metrics come by the minute: to ask more often tells nothing new. */
const LEAST_SECONDS = 60
const MOST_SECONDS = 3_600

/** Tries a call in the live view: what still fails then is told, and tried again with the next refresh. */
const LIVE_ATTEMPTS = 2

export const watchCommand = command<Options>({
  examples: [
    { says: 'a live view; q quits', run: 'bedrock-monitor watch' },
    { says: 'in two Regions', run: 'bedrock-monitor watch --region us-east-1,eu-west-1' },
    { says: 'print the numbers once, as JSON', run: 'bedrock-monitor watch --once --json' },
    { says: 'a line of JSON every five minutes', run: 'bedrock-monitor watch --json --interval 300' },
  ],
  flags: [
    { name: 'once', describe: 'print the numbers once and exit' },
    {
      name: 'interval',
      value: 'N',
      describe: `seconds between refreshes, ${LEAST_SECONDS} to ${MOST_SECONDS} (default ${LEAST_SECONDS})`,
      check: wholeNumber(LEAST_SECONDS, MOST_SECONDS),
    },
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    NO_LINKED,
  ],
  jsonLines: true,
  parse: (args) => ({
    once: args.is('once'),
    intervalMs: Number(args.text('interval') ?? LEAST_SECONDS) * 1_000,
    offline: args.is('offline'),
    linked: !args.is('no-linked'),
  }),
  async run(app, options) {
    try {
      return await watch(app, options)
    } catch (error) {
      // It never ends by itself: Ctrl-C is its ordinary end.
      if (app.cx.signal.aborted && !options.once) return 0
      throw error
    }
  },
})

async function watch(app: App, { once, intervalMs, offline, linked }: Options): Promise<number> {
  const { createWatcher } = await import('../../../watch/watcher.ts')
  const { priceLoader } = await import('../../../report/sources/prices.ts')
  const { priceSources } = await import('../../session/price-sources.ts')
  const { fleetFor } = await import('../../session/open-session.ts')
  const { watchedPlaces } = await import('../../../steps/watched.ts')
  const live = !once && !app.common.json && app.io.stdout.isTty && app.env.TERM !== 'dumb'
  const stop = new AbortController()
  const cx = live ? silently(app, stop) : app.cx
  const fleet = await fleetFor({ ...app, cx }, 'report', undefined, {
    linked,
    ...(live && { maxAttempts: LIVE_ATTEMPTS }),
  })
  const { accounts, places, joined } = await watchedPlaces(fleet, (warning) =>
    app.cx.emit({ type: 'warning', warning }),
  )
  const prices = priceLoader(await priceSources(app, { places, offline }))
  const watcher = createWatcher({ places, joined, prices, intervalMs })
  app.reporter.pause()
  if (live) {
    const { watchLive } = await import('./live.ts')
    await watchLive(app, watcher, { intervalMs, stop })
    return 0
  }
  const { watchLines, watchOnce } = await import('./lines.ts')
  return once ? watchOnce(app, watcher, accounts) : watchLines(app, watcher, accounts, intervalMs)
}

/** While the view has the terminal, nothing else is written to it; what is under way ends with the view. */
function silently({ cx }: App, stop: AbortController): Context {
  return { clock: cx.clock, signal: AbortSignal.any([cx.signal, stop.signal]), emit: () => {} }
}
