import { acrossAccounts } from '../../../steps/across.ts'
import { ACCOUNT_FLAGS } from '../../args/account-flags.ts'
import { SELECTION_FLAGS, selectionOf } from '../../args/change-flags.ts'
import { OFFLINE_FLAG } from '../../args/flag.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { printFleetResult, printStatus } from '../change-result.ts'
import { command } from '../command.ts'

export const statusCommand = command({
  examples: [
    { says: 'what exists, and how it differs from what setup would create', run: 'bedrock-monitor status' },
    { says: 'fail a pipeline if something has drifted (exit 3)', run: 'bedrock-monitor status --exit-code' },
    { says: 'only the alarms, as JSON', run: 'bedrock-monitor status --only alarms --json' },
  ],
  flags: [
    { name: 'exit-code', describe: 'exit 3 if anything differs' },
    ...SELECTION_FLAGS,
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    ...selectionOf(args),
    exitCode: args.is('exit-code'),
    offline: args.is('offline'),
    settings: flagLayer(args),
  }),
  async run(app, options) {
    const { fleetForSteps } = await import('../../session/open-session.ts')
    const { status } = await import('../../../steps/0-orchestrator.ts')
    const fleet = await fleetForSteps(app, 'status', options)
    if (fleet.accounts.length === 1) return printStatus(app, await status(fleet.sessions[0], options), options)
    const nothingToSettle = { keepGoing: true, settle: async () => undefined }
    const results = await acrossAccounts(fleet, (session) => status(session, options), nothingToSettle)
    return printFleetResult(app, { command: 'status', ...options }, fleet, results)
  },
})
