import { ACCOUNT_FLAGS, KEEP_GOING } from '../../args/account-flags.ts'
import { CHANGE_FLAGS, changeOptions, SKIP_CHECKS, selectionOf } from '../../args/change-flags.ts'
import { SETTING_FLAGS } from '../../args/setting-layers.ts'
import { printChangeResult, printFleetResult } from '../change-result.ts'
import { command } from '../command.ts'

export const cleanupCommand = command({
  examples: [
    { says: 'show what it would remove', run: 'bedrock-monitor cleanup --dry-run' },
    { says: 'remove it, but keep the logs', run: 'bedrock-monitor cleanup --keep-data' },
    { says: 'remove it with all logs, without questions', run: 'bedrock-monitor cleanup --yes' },
  ],
  flags: [
    ...CHANGE_FLAGS,
    SKIP_CHECKS,
    { name: 'keep-data', describe: 'keep the bucket and the log group' },
    { name: 'include-adopted', describe: 'also remove resources that existed before setup' },
    {
      name: 'include-others',
      describe: 'also delete what others put into our buckets, role, topic, database or workgroup',
    },
    ...ACCOUNT_FLAGS,
    KEEP_GOING,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    ...selectionOf(args),
    ...changeOptions(args),
    keepData: args.is('keep-data'),
    includeAdopted: args.is('include-adopted'),
    includeOthers: args.is('include-others'),
    keepGoing: args.is('keep-going'),
  }),
  async run(app, options) {
    const { createInteraction } = await import('../../session/interaction.ts')
    const { fleetFor } = await import('../../session/open-session.ts')
    const { cleanup } = await import('../../../steps/7-cleanup.ts')
    const fleet = await fleetFor(app, 'cleanup', options.settings, { selection: options })
    if (fleet.accounts.length > 1) {
      const { runInFleet } = await import('../../session/fleet-run.ts')
      const results = await runInFleet(app, fleet, { command: 'cleanup', ...options }, (session, ask) =>
        cleanup(session, options, ask),
      )
      return printFleetResult(app, { command: 'cleanup', ...options }, fleet, results)
    }
    const [session] = fleet.sessions
    const ask = createInteraction(app, session, { command: 'cleanup', ...options })
    return printChangeResult(app, await cleanup(session, options, ask), { dryRun: options.dryRun, told: ask.told })
  },
})
