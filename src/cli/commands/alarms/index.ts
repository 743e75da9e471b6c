import type { RowKey } from '../../../report/arrange.ts'
import type { SetupOptions } from '../../../steps/0-orchestrator.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import { ACCOUNT_FLAGS, KEEP_GOING } from '../../args/account-flags.ts'
import { type Args, refuseFlags } from '../../args/args.ts'
import { changeOptions, SKIP_CHECKS } from '../../args/change-flags.ts'
import { choice, OFFLINE_FLAG, VERBOSE_FLAG } from '../../args/flag.ts'
import { NOTIFY_FLAGS, type Notify, notifyOf } from '../../args/notify-flags.ts'
import {
  LISTING_FLAGS,
  type ListingAsked,
  listingAsked,
  type Picked,
  rowFlags,
  rowsAsked,
} from '../../args/row-flags.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import type { App } from '../../session/app.ts'
import { notifying, type Tell } from '../../session/notifying.ts'
import { printChangeResult, printFleetResult } from '../change-result.ts'
import { command } from '../command.ts'
import type { Listed } from './in-accounts.ts'

interface Options extends SetupOptions {
  action: 'list' | 'sync'
  settings: SettingLayer
  offline: boolean
  keepGoing: boolean
  notify: Notify
  pick: Picked<Listed>
  asked: ListingAsked
  verbose: boolean
}

const KEYS: readonly RowKey<Listed>[] = [
  { name: 'name', of: ({ name }) => name },
  { name: 'state', of: ({ state }) => state },
  { name: 'region', of: ({ region }) => region },
  { name: 'account', of: ({ account }) => account ?? '' },
  { name: 'watches', of: ({ watches }) => watches },
  { name: 'goes-off', of: ({ goesOff }) => goesOff },
  { name: 'since', of: ({ since }) => since },
]
const ROW_FLAGS = rowFlags(KEYS, ['state', 'name', 'watches', 'goes-off', 'since'], 'state=ALARM')

const OF_SYNC = ['yes', 'dry-run', SKIP_CHECKS.name, KEEP_GOING.name]

export const alarmsCommand = command<Options>({
  examples: [
    { says: 'every alarm: its state, what it watches, when it goes off', run: 'bedrock-monitor alarms' },
    { says: 'those that are in ALARM', run: 'bedrock-monitor alarms --where state=ALARM' },
    { says: 'for a spreadsheet', run: 'bedrock-monitor alarms --output alarms.csv' },
    { says: 'update them after models or prices have changed', run: 'bedrock-monitor alarms sync' },
    { says: 'stricter alarms, and one notification per Region', run: 'bedrock-monitor alarms sync --alarms strict' },
  ],
  argument: {
    shown: '[list|sync]',
    describe: 'list the alarms (default), or create and update them as setup does',
    most: 1,
    ...choice('list', 'sync'),
  },
  flags: [
    { name: 'yes', alias: 'y', describe: 'sync without asking for confirmation' },
    { name: 'dry-run', alias: 'n', describe: 'show what sync would do and change nothing' },
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
  parse: (args) => ({
    action: args.words[0] === 'sync' ? 'sync' : 'list',
    only: ['alarms'],
    skip: [],
    ...changeOptions(args),
    replaceLogging: false,
    adopt: false,
    shortenRetention: false,
    offline: args.is('offline'),
    keepGoing: args.is('keep-going'),
    notify: listedOnly(args),
    pick: rowsAsked(args, KEYS),
    asked: listingAsked(args),
    verbose: args.is('verbose'),
  }),
  run: notifying('alarms', (app, options, tell) =>
    options.action === 'sync' ? sync(app, options) : list(app, options, tell),
  ),
})

/**
 * Throws a usage error for what the other action takes. `sync` sends no message of what it changed, and takes all alarms; a
 * list that was to be a sync must not end as if all had been done.
 */
function listedOnly(args: Args): Notify {
  const ofList = ['notify', 'verbose', ...[...ROW_FLAGS, ...LISTING_FLAGS].map(({ name }) => name)]
  if (args.words[0] === 'sync') refuseFlags(args, ofList, 'the list of alarms, not with alarms sync')
  else refuseFlags(args, OF_SYNC, 'alarms sync, not with the list of alarms')
  return notifyOf(args)
}

async function sync(app: App, options: Options): Promise<number> {
  const { createInteraction } = await import('../../session/interaction.ts')
  const { fleetForSteps } = await import('../../session/open-session.ts')
  const { setup, warnOfUnheard } = await import('../../../steps/0-orchestrator.ts')
  const fleet = await fleetForSteps(app, 'setup', options)
  if (fleet.accounts.length > 1) {
    const { runInFleet } = await import('../../session/fleet-run.ts')
    const results = await runInFleet(app, fleet, { command: 'setup', ...options }, (one, asked) =>
      setup(one, options, asked),
    )
    return printFleetResult(app, { command: 'alarms', dryRun: options.dryRun }, fleet, results)
  }
  const [session] = fleet.sessions
  const ask = createInteraction(app, session, { command: 'setup', ...options })
  const result = await setup(session, options, ask)
  if (!result.error && !options.dryRun) await warnOfUnheard(session)
  const report = { ...result.report, command: 'alarms' }
  return printChangeResult(app, { ...result, report }, { dryRun: options.dryRun, told: ask.told })
}

async function list(app: App, options: Options, tell: Tell): Promise<number> {
  const { fleetFor } = await import('../../session/open-session.ts')
  const { listAlarms } = await import('../../../steps/alarms/alarm-list.ts')
  const { unheardWarnings } = await import('../../../steps/notify/notifications.ts')
  const { openListing } = await import('../../session/listing.ts')
  const { printAlarms } = await import('./table.ts')
  const { settings, pick, asked } = options
  const write = await openListing(app, asked)
  const fleet = await fleetFor(app, 'status', settings)
  if (fleet.accounts.length > 1)
    return (await import('./in-accounts.ts')).listInFleet(app, fleet, tell, { ...options, keys: KEYS, write })
  const [{ cx, env, warnings }] = fleet.sessions
  cx.emit({ type: 'phase', title: 'reading the alarms' })
  const reading = Promise.all([listAlarms(cx, env), unheardWarnings(cx, env)])
  const [all, unheard] = await reading.finally(() => cx.emit({ type: 'phase-done' }))
  const alarms = pick(all)
  app.reporter.pause()
  tell(async () => (await import('../../../steps/alarms/alarm-list.ts')).alarmDigest(alarms, { warnings: unheard }))
  const { accountId, regions } = env
  await write({
    json: { schemaVersion: 1, command: 'alarms', accountId, regions, alarms, warnings: [...warnings, ...unheard] },
    rows: alarms.map((alarm) => ({ account: accountId, ...alarm })),
    keys: KEYS,
    print: (sheet) => printAlarms(sheet, alarms, env, options),
  })
  // For a person below the table, where it is seen.
  for (const warning of unheard) cx.emit({ type: 'warning', warning })
  return 0
}
