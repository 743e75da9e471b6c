import type { Context } from '../../../core/context.ts'
import { OFFLINE_FLAG, wholeNumber } from '../../args/flag.ts'
import type { App } from '../../session/app.ts'
import { command } from '../command.ts'

interface Options {
  once: boolean
  intervalMs: number
  offline: boolean
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
  ],
  jsonLines: true,
  parse: (args) => ({
    once: args.is('once'),
    intervalMs: Number(args.text('interval') ?? LEAST_SECONDS) * 1_000,
    offline: args.is('offline'),
  }),
  async run(app, { once, intervalMs, offline }) {
    const { awsContext } = await import('../../../aws/regions.ts')
    const { createWatcher } = await import('../../../watch/watcher.ts')
    const { priceLoader } = await import('../../../report/sources/prices.ts')
    const { priceSources } = await import('../../session/price-sources.ts')
    const { reachOf } = await import('../../session/connection.ts')
    const { sessionFor } = await import('../../session/open-session.ts')
    const live = !once && !app.common.json && app.io.stdout.isTty && app.env.TERM !== 'dumb'
    const { env } = await sessionFor(app)
    const stop = new AbortController()
    const cx = live ? silently(app, stop) : app.cx
    const options = await reachOf(app, env.region)
    const reach = awsContext(cx, { ...options, ...(live && { maxAttempts: LIVE_ATTEMPTS }) })
    const placeOf = (region: string) => ({ account: env.accountId, region, cx: reach.in(region) })
    const [first, ...others] = env.regions
    const places = [placeOf(first ?? env.region), ...others.map(placeOf)] as const
    const prices = priceLoader(await priceSources(app, { places, offline }))
    const watcher = createWatcher({ accountId: env.accountId, places, prices, intervalMs })
    app.reporter.pause()
    if (live) {
      const { watchLive } = await import('./live.ts')
      await watchLive(app, watcher, { intervalMs, stop })
      return 0
    }
    const { watchLines, watchOnce } = await import('./lines.ts')
    return once ? watchOnce(app, watcher) : watchLines(app, watcher, intervalMs)
  },
})

/** While the view has the terminal, nothing else is written to it; what is under way ends with the view. */
function silently({ cx }: App, stop: AbortController): Context {
  return { clock: cx.clock, signal: stop.signal, emit: () => {} }
}
