import { flag } from '../../args/flag.ts'
import { ACCOUNT_FLAGS, OFFLINE_FLAG, SELECTION_FLAGS, SETTING_FLAGS } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['what exists, and how it differs from what setup would create', 'status'],
    ['fail a pipeline if something has drifted (exit 3)', 'status --exit-code'],
    ['only the alarms, as JSON', 'status --only alarms --json'],
  ],
  flags: [
    flag('--exit-code', 'exit 3 if anything differs'),
    ...SELECTION_FLAGS,
    OFFLINE_FLAG,
    ...ACCOUNT_FLAGS,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({ exitCode: args.is('exit-code') }),
  async run(app, options) {
    const { fleetFor } = await import('../../session/open-session.ts')
    const { status } = await import('../../../steps/0-orchestrator.ts')
    const { acrossAccounts } = await import('../../../steps/across.ts')
    const { printChangeResult, printFleetResult } = await import('../change-result.ts')
    const fleet = await fleetFor(app, 'status', { ofSteps: true })
    if (fleet.accounts.length === 1) return printChangeResult(app, await status(fleet.sessions[0], options), options)
    const nothingToSettle = { keepGoing: true, settle: async () => undefined }
    const results = await acrossAccounts(fleet, (session) => status(session, options), nothingToSettle)
    return printFleetResult(app, { command: 'status', exitCode: options.exitCode }, fleet, results)
  },
})
