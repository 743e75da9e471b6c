import { usageError } from '../../../core/errors.ts'
import { PURPOSES, type Purpose } from '../../../steps/permissions/purposes.ts'
import { type Args, choice, flag, refuseFlags, valid } from '../../args/flag.ts'
import { accountIdFlag, EXTERNAL_ID_FLAG, NOTIFY_FLAG, SETTING_FLAGS } from '../../args/shared-flags.ts'
import { define } from '../../command.ts'
import type { ReaderRequest } from './policy.ts'

const READER = 'reader'
/** Not `:root`, which is everybody in the account whom its own policies let. */
const PRINCIPAL = /^arn:[\w-]+:iam::\d{12}:(?:role|user)\/[\w+=,.@/-]+$/
const PRINCIPAL_RULE =
  'the ARN of a role or user, arn:aws:iam::111122223333:role/NAME (a session has that of its role; :root would be everybody there)'

export const command = define({
  examples: [
    ['the policy for setup', 'permissions setup'],
    ['for `aws iam create-policy --policy-document file://policy.json`', 'permissions all'],
    ['for another account, without credentials', 'permissions report --account-id 111122223333'],
    ['the role that other accounts are read with', 'permissions reader --trust arn:aws:iam::111122223333:role/CI'],
  ],
  argument: {
    shown: '[command]',
    describe: `what to allow: ${PURPOSES.join(', ')} (default); reader: the role to read other accounts with`,
    most: 1,
    ...choice(...PURPOSES, READER),
  },
  flags: [
    flag('--trust ARN', 'with reader: the role or user that may assume it', valid(PRINCIPAL, PRINCIPAL_RULE)),
    flag(
      '--org-id ID',
      'with reader: the organization of whoever assumes it',
      valid(/^o-[a-z0-9]{10,32}$/, 'an id such as o-a1b2c3d4e5'),
    ),
    EXTERNAL_ID_FLAG,
    flag(
      '--format FORMAT',
      'with reader: json (default), cloudformation, terraform',
      choice('json', 'cloudformation', 'terraform'),
    ),
    accountIdFlag(
      "account the policy is for, '*' for any (default: that of the credentials)",
      valid(/^(\d{12}|\*)$/, "12 digits, or '*'"),
    ),
    { ...NOTIFY_FLAG, describe: 'of topics that results are sent to (sns:ARN): allow to publish there' },
    ...SETTING_FLAGS,
  ],
  parse(args) {
    const purpose = (args.words[0] ?? 'all') as Purpose
    const reader = readerOf(args)
    if (args.has('notify') && !['report', 'reconcile', 'doctor', 'status', 'all'].includes(purpose))
      throw usageError(
        `--notify: nothing of permissions ${purpose} sends results`,
        'pass report, reconcile, doctor, status (for alarms) or all',
      )
    return { purpose, reader, accountId: args.text('account-id') }
  },
  async run(app, { purpose, reader, accountId }) {
    const { printPolicy, printReader } = await import('./policy.ts')
    return reader ? printReader(app, reader, accountId) : printPolicy(app, purpose, accountId)
  },
})

function readerOf(args: Args): ReaderRequest | undefined {
  if (args.words[0] !== READER) {
    refuseFlags(args, ['trust', 'org-id', 'external-id', 'format'], 'permissions reader only')
    return undefined
  }
  const [trust, organizationId, format = 'json'] = [args.text('trust'), args.text('org-id'), args.text('format')]
  const hint = 'pass --trust with the ARN of the role that you report with: aws sts get-caller-identity shows yours'
  if (trust === undefined) throw usageError('permissions reader needs --trust: who may assume the role', hint)
  return { trust, organizationId, format: format as ReaderRequest['format'] }
}
