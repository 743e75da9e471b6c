import { AppError, isAppError } from '../../../core/errors.ts'
import {
  MANAGED_POLICY_LIMIT,
  type PolicyDocument,
  type Purpose,
  policyLength,
} from '../../../steps/permissions/permissions-policy.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { Session } from '../../../steps/session.ts'
import { accountIdFlag, choice } from '../../args/flag.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'

interface Options {
  purpose: Purpose
  accountId: string | undefined
  settings: SettingLayer
}

/** Named here too, so that help loads no step. */
const PURPOSES = ['setup', 'status', 'report', 'query', 'cleanup', 'doctor', 'all'] as const satisfies Purpose[]

export const permissionsCommand = command<Options>({
  examples: [
    { says: 'the policy for setup', run: 'bedrock-monitor permissions setup' },
    {
      says: 'for `aws iam create-policy --policy-document file://policy.json`',
      run: 'bedrock-monitor permissions all',
    },
    {
      says: 'for another account, without credentials',
      run: 'bedrock-monitor permissions report --account-id 111122223333',
    },
  ],
  argument: {
    shown: '[command]',
    describe: `what to allow: ${PURPOSES.join(', ')} (default)`,
    most: 1,
    ...choice(...PURPOSES),
  },
  flags: [
    accountIdFlag("account the policy is for, '*' for any (default: that of the credentials)", true),
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    purpose: (args.words[0] ?? 'all') as Purpose,
    accountId: args.text('account-id'),
    settings: flagLayer(args),
  }),
  async run(app, { purpose, accountId: given, settings: layer }) {
    const { sessionFor, settingsFor } = await import('../../session/open-session.ts')
    const { regionChoice } = await import('../../session/connection.ts')
    const { permissionsPolicy } = await import('../../../steps/permissions/permissions.ts')
    const choice = await regionChoice(app)
    const regions = 'named' in choice ? choice.named : ([choice.allFrom] as const)
    const inOneRegion = { ...app, common: { ...app.common, regions: [regions[0]] } }
    const { accountId, settings } =
      given === undefined
        ? (await orHint(sessionFor(inOneRegion, layer))).env
        : { accountId: given, settings: settingsFor(app, layer) }
    const policy = permissionsPolicy({ accountId, regions, everyRegion: 'allFrom' in choice, settings }, purpose)
    app.reporter.pause()
    printJson(app, policy)
    warnOfLength(app, policy)
    return 0
  },
})

/** The account is all that credentials are needed for here. */
async function orHint(session: Promise<Session>): Promise<Session> {
  return session.catch((error: unknown) => {
    if (!isAppError(error) || error.kind !== 'credentials') throw error
    const known = error.code === 'CredentialsProviderError' ? undefined : error.hint
    const hint = `${known ?? 'sign in'}, or pass --account-id 111122223333 (or '*' for any account), which works without credentials`
    throw new AppError(error.kind, error.code, error.message, { hint, cause: error })
  })
}

/** Names of hundreds of characters can make it too long for what IAM takes as a managed policy. */
function warnOfLength({ cx }: App, policy: PolicyDocument): void {
  const length = policyLength(policy)
  if (length <= MANAGED_POLICY_LIMIT) return
  const message = `the policy has ${length} characters; the limit of a managed policy is ${MANAGED_POLICY_LIMIT}. Use separate policies for setup, report and cleanup, or an inline policy`
  cx.emit({ type: 'warning', warning: { code: 'policy-too-long', message } })
}
