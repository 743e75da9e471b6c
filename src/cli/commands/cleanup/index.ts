import { flag } from '../../args/flag.ts'
import { ACCOUNT_FLAGS, CHANGE_FLAGS, KEEP_GOING, SETTING_FLAGS } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['show what it would remove', 'cleanup --dry-run'],
    ['remove it, but keep the logs', 'cleanup --keep-data'],
    ['remove it with all logs, without questions', 'cleanup --yes'],
  ],
  flags: [
    ...CHANGE_FLAGS,
    flag('--keep-data', 'keep the bucket and the log group'),
    flag('--include-adopted', 'also remove resources that existed before setup'),
    flag('--include-others', 'also delete what others put into our buckets, role, topic, database or workgroup'),
    ...ACCOUNT_FLAGS,
    KEEP_GOING,
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    keepData: args.is('keep-data'),
    includeAdopted: args.is('include-adopted'),
    includeOthers: args.is('include-others'),
  }),
  async run(app, options) {
    const { fleetFor } = await import('../../session/open-session.ts')
    const { cleanup } = await import('../../../steps/7-cleanup.ts')
    const { runChange } = await import('../run-change.ts')
    const fleet = await fleetFor(app, 'cleanup', { ofSteps: true })
    return runChange(app, fleet, { command: 'cleanup', work: (session, ask) => cleanup(session, options, ask) })
  },
})
