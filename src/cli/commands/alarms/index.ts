import { type Args, choice, flag, refuseFlags } from '../../args/flag.ts'
import { LISTING_FLAGS, listingAsked, rowFlags } from '../../args/result-flags.ts'
import {
  ACCOUNT_FLAGS,
  KEEP_GOING,
  NOTIFY_FLAGS,
  OFFLINE_FLAG,
  SETTING_FLAGS,
  SKIP_CHECKS,
  VERBOSE_FLAG,
} from '../../args/shared-flags.ts'
import { type App, define } from '../../command.ts'
import { FIELDS, SHOWN } from './fields.ts'

const ROW_FLAGS = rowFlags(FIELDS, SHOWN, 'state=ALARM')

export const command = define({
  examples: [
    ['every alarm: its state, what it watches, when it goes off', 'alarms'],
    ['those that are in ALARM', 'alarms --where state=ALARM'],
    ['for a spreadsheet', 'alarms --output alarms.csv'],
    ['update them after models or prices have changed', 'alarms sync'],
    ['stricter alarms, and one notification per Region', 'alarms sync --alarms strict'],
  ],
  argument: {
    shown: '[list|sync]',
    describe: 'list the alarms (default), or create and update them as setup does',
    most: 1,
    ...choice('list', 'sync'),
  },
  flags: [
    flag('-y, --yes', 'sync without asking for confirmation'),
    flag('-n, --dry-run', 'show what sync would do and change nothing'),
    SKIP_CHECKS,
    OFFLINE_FLAG,
    ...ROW_FLAGS,
    ...LISTING_FLAGS,
    { ...VERBOSE_FLAG, describe: 'also what each alarm leaves out, and how exact it is' },
    ...ACCOUNT_FLAGS,
    KEEP_GOING,
    ...NOTIFY_FLAGS,
    ...SETTING_FLAGS,
  ],
  parse(args) {
    check(args)
    return { isSync: args.words[0] === 'sync', asked: listingAsked(args, FIELDS) }
  },
  tells: true,
  run: async (app, { isSync, asked }, tell) =>
    isSync ? sync(app) : (await import('./list.ts')).list(app, asked, tell),
})

/** Throws for what the other action takes: a list that was to be a sync must not end as if all had been done. */
function check(args: Args): void {
  const ofList = ['notify', 'verbose', ...[...ROW_FLAGS, ...LISTING_FLAGS].map(({ name }) => name)]
  if (args.words[0] === 'sync') refuseFlags(args, ofList, 'the list of alarms, not with alarms sync')
  else refuseFlags(args, ['yes', 'dry-run', 'skip-checks', 'keep-going'], 'alarms sync, not with the list of alarms')
}

async function sync(given: App): Promise<number> {
  const { fleetFor } = await import('../../session/open-session.ts')
  const { setup, warnOfUnheard } = await import('../../../steps/0-orchestrator.ts')
  const { runChange } = await import('../run-change.ts')
  const app = { ...given, common: { ...given.common, only: ['alarms'] } }
  const fleet = await fleetFor(app, 'setup', { ofSteps: true })
  const options = { ...app.common, replaceLogging: false, adopt: false, shortenRetention: false }
  return runChange(app, fleet, {
    command: 'setup',
    as: 'alarms',
    work: (session, ask) => setup(session, options, ask),
    async after(session, result) {
      if (!result.error && !options.dryRun) await warnOfUnheard(session)
      return { result }
    },
  })
}
