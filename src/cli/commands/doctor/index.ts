import { ACCOUNT_FLAGS, NOTIFY_FLAGS, OFFLINE_FLAG, SETTING_FLAGS } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'

export const command = define({
  examples: [
    ['fail a pipeline if something is wrong (exit 3)', 'doctor --json'],
    ['every account of the organization, one line each', 'doctor --accounts org'],
    ['in two Regions', 'doctor --region us-east-1,eu-west-1'],
  ],
  flags: [OFFLINE_FLAG, ...ACCOUNT_FLAGS, ...NOTIFY_FLAGS, ...SETTING_FLAGS],
  tells: true,
  run: async (app, _, tell) => (await import('./examine.ts')).examine(app, tell),
})
