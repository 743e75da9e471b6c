import { flag, wholeNumber } from '../../args/flag.ts'
import { ACCOUNT_FLAGS, NO_LINKED, OFFLINE_FLAG } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

/** Metrics come by the minute: to ask more often tells nothing new. */
const LEAST_SECONDS = 60
const MOST_SECONDS = 3_600

export const command = define({
  examples: [
    ['a live view; q quits', 'watch'],
    ['in two Regions', 'watch --region us-east-1,eu-west-1'],
    ['print the numbers once, as JSON', 'watch --once --json'],
    ['a line of JSON every five minutes', 'watch --json --interval 300'],
  ],
  flags: [
    flag('--once', 'print the numbers once and exit'),
    flag(
      '--interval N',
      `seconds between refreshes, ${LEAST_SECONDS} to ${MOST_SECONDS} (default ${LEAST_SECONDS})`,
      wholeNumber(LEAST_SECONDS, MOST_SECONDS),
    ),
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    NO_LINKED,
  ],
  jsonLines: true,
  parse: (args) => ({ once: args.is('once'), intervalMs: (args.number('interval') ?? LEAST_SECONDS) * 1_000 }),
  async run(app, options) {
    try {
      return await (await import('./run.ts')).watch(app, options)
    } catch (error) {
      // It never ends by itself: Ctrl-C is its ordinary end.
      if (app.cx.signal.aborted && !options.once) return 0
      throw error
    }
  },
})
