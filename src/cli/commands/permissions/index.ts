import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import { addressesOf, topicsOf } from '../../../notify/address.ts'
import {
  MANAGED_POLICY_LIMIT,
  type PolicyDocument,
  policyLength,
} from '../../../steps/permissions/permissions-policy.ts'
import { PURPOSES, type Purpose } from '../../../steps/permissions/purposes.ts'
import type { ReaderFormat } from '../../../steps/permissions/reader.ts'
import type { Session } from '../../../steps/session.ts'
import { EXTERNAL_ID_FLAG } from '../../args/account-flags.ts'
import { type Args, refuseFlags } from '../../args/args.ts'
import { accountIdFlag, choice } from '../../args/flag.ts'
import { NOTIFY_FLAG } from '../../args/notify-flags.ts'
import { flagLayer, SETTING_FLAGS } from '../../args/setting-layers.ts'
import { type App, printJson } from '../../session/app.ts'
import { command } from '../command.ts'
import type { ReaderRequest } from './reader.ts'

const READER = 'reader'
/** Not `:root`, which is everybody in the account whom its own policies let. */
const PRINCIPAL = /^arn:[\w-]+:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/
const PRINCIPAL_RULE =
  'the ARN of a role or user, arn:aws:iam::111122223333:role/NAME (a session has that of its role; :root would be everybody there)'

export const permissionsCommand = command({
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
    {
      says: 'the role that other accounts are read with',
      run: 'bedrock-monitor permissions reader --trust arn:aws:iam::111122223333:role/CI',
    },
  ],
  argument: {
    shown: '[command]',
    describe: `what to allow: ${PURPOSES.join(', ')} (default); reader: the role to read other accounts with`,
    most: 1,
    ...choice(...PURPOSES, READER),
  },
  flags: [
    {
      name: 'trust',
      value: 'ARN',
      describe: 'with reader: the role or user that may assume it',
      check: (arn) => (PRINCIPAL.test(arn) ? undefined : PRINCIPAL_RULE),
    },
    {
      name: 'org-id',
      value: 'ID',
      describe: 'with reader: the organization of whoever assumes it',
      check: (id) => (/^o-[a-z0-9]{10,32}$/.test(id) ? undefined : 'an id such as o-a1b2c3d4e5'),
    },
    EXTERNAL_ID_FLAG,
    {
      name: 'format',
      value: 'FORMAT',
      describe: 'with reader: json (default), cloudformation, terraform',
      ...choice('json', 'cloudformation', 'terraform'),
    },
    accountIdFlag("account the policy is for, '*' for any (default: that of the credentials)", true),
    { ...NOTIFY_FLAG, describe: 'of topics that results are sent to (sns:ARN): allow to publish there' },
    ...SETTING_FLAGS,
  ],
  parse: (args) => ({
    purpose: (args.words[0] ?? 'all') as Purpose,
    reader: readerOf(args),
    accountId: args.text('account-id'),
    notify: notifyGiven(args),
    settings: flagLayer(args),
  }),
  async run(app, { purpose, reader, accountId: given, notify, settings: layer }) {
    if (reader) return (await import('./reader.ts')).printReader(app, reader, { accountId: given, settings: layer })
    const { sessionFor, settingsFor } = await import('../../session/open-session.ts')
    const { regionChoice } = await import('../../session/connection.ts')
    const { permissionsPolicy } = await import('../../../steps/permissions/permissions.ts')
    const topics = notify.length === 0 ? [] : topicsOf(addressesOf(notify, app.env, app.config?.notify))
    const choice = await regionChoice(app)
    const regions = 'named' in choice ? choice.named : ([choice.allFrom] as const)
    const inOneRegion = { ...app, common: { ...app.common, regions: [regions[0]] } }
    const { accountId, settings } =
      given === undefined
        ? (await orHint(sessionFor(inOneRegion, layer))).env
        : { accountId: given, settings: settingsFor(app, layer) }
    const scope = { accountId, regions, everyRegion: 'allFrom' in choice, settings, topics }
    const policy = permissionsPolicy(scope, purpose)
    app.reporter.pause()
    printJson(app, policy)
    warnOfLength(app, purpose, policy)
    return 0
  },
})

/** Commands that send nothing need no right to. */
function notifyGiven(args: Args): readonly string[] {
  const given = args.list('notify')
  const purpose = args.words[0] ?? 'all'
  if (given.length === 0 || ['report', 'reconcile', 'doctor', 'status', 'all'].includes(purpose)) return given
  throw usageError(
    `--notify: nothing of permissions ${purpose} sends results`,
    'pass report, reconcile, doctor, status (for alarms) or all',
  )
}

function readerOf(args: Args): ReaderRequest | undefined {
  const [trust, organizationId, format = 'json'] = [args.text('trust'), args.text('org-id'), args.text('format')]
  if (args.words[0] !== READER) {
    refuseFlags(args, ['trust', 'org-id', 'external-id', 'format'], 'permissions reader only')
    return undefined
  }
  const hint = 'pass --trust with the ARN of the role that you report with: aws sts get-caller-identity shows yours'
  if (trust === undefined) throw usageError('who may assume the role is not said', hint)
  return { trust, organizationId, format: format as ReaderFormat }
}

/** The account is all that credentials are needed for here. */
async function orHint(session: Promise<Session>): Promise<Session> {
  return session.catch((error: unknown) => {
    if (!isAppError(error) || error.kind !== 'credentials') throw error
    const known = error.code === 'CredentialsProviderError' ? undefined : error.hint
    const hint = `${known ?? 'sign in'}, or pass --account-id 111122223333 (or '*' for any account), which works without credentials`
    throw new AppError(error.kind, error.code, error.message, { hint, cause: error })
  })
}

/** Every option together, or names of hundreds of characters, can make it too long for what IAM takes as a managed policy. */
function warnOfLength({ cx }: App, purpose: Purpose, policy: PolicyDocument): void {
  const length = policyLength(policy)
  if (length <= MANAGED_POLICY_LIMIT) return
  const shorter = purpose === 'all' ? 'Use the policies of single commands, or put' : 'Put'
  const message = `the policy has ${length} characters; the limit of a managed policy is ${MANAGED_POLICY_LIMIT}. ${shorter} it inline on a role, which takes 10,240`
  cx.emit({ type: 'warning', warning: { code: 'policy-too-long', message } })
}
