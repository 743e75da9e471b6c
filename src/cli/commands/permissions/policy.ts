import { partitionOf } from '../../../aws/partitions.ts'
import { AppError, isAppError, usageError } from '../../../core/errors.ts'
import { addressesOf, topicsOf } from '../../../notify/address.ts'
import { permissionsPolicy } from '../../../steps/permissions/permissions.ts'
import { MANAGED_POLICY_LIMIT, policyLength } from '../../../steps/permissions/permissions-policy.ts'
import type { Purpose } from '../../../steps/permissions/purposes.ts'
import { type ReaderFormat, type ReaderOptions, ROLL_OUT, readerRole } from '../../../steps/permissions/reader.ts'
import { type App, printJson } from '../../command.ts'
import { regionChoice } from '../../session/connection.ts'
import { sessionFor, settingsFor } from '../../session/open-session.ts'
import { nextText } from '../change-result.ts'

/** `permissions`: the policy for a command, or for all. Answers the exit code. */
export async function printPolicy(app: App, purpose: Purpose, given: string | undefined): Promise<number> {
  const { to } = app.common.notify
  const topics = to.length === 0 ? [] : topicsOf(addressesOf(to, app.env, app.config?.notify))
  const choice = await regionChoice(app)
  const regions = 'named' in choice ? choice.named : ([choice.allFrom] as const)
  const inOneRegion = { ...app, common: { ...app.common, regions: [regions[0]] } }
  const { accountId, settings } =
    given === undefined
      ? (await sessionFor(inOneRegion).catch(withHint)).env
      : { accountId: given, settings: settingsFor(app) }
  const scope = { accountId, regions, everyRegion: 'allFrom' in choice, settings, topics }
  const policy = permissionsPolicy(scope, purpose)
  printJson(app, policy)
  // Every option together, or names of hundreds of characters, can make it too long for what IAM takes as a managed policy.
  const length = policyLength(policy)
  if (length <= MANAGED_POLICY_LIMIT) return 0
  const shorter = purpose === 'all' ? 'Use the policies of single commands, or put' : 'Put'
  const message = `the policy has ${length} characters; the limit of a managed policy is ${MANAGED_POLICY_LIMIT}. ${shorter} it inline on a role, which takes 10,240`
  app.cx.emit({ type: 'warning', warning: { code: 'policy-too-long', message } })
  return 0
}

/** The account is all that credentials are needed for here. */
function withHint(error: unknown): never {
  if (!isAppError(error) || error.kind !== 'credentials') throw error
  const known = error.code === 'CredentialsProviderError' ? undefined : error.hint
  const hint = `${known ?? 'sign in'}, or pass --account-id 111122223333 (or '*' for any account), which works without credentials`
  throw new AppError(error.kind, error.code, error.message, { hint, cause: error })
}

export type ReaderRequest = Pick<ReaderOptions, 'trust' | 'organizationId'> & { format: ReaderFormat }

const FIRST_OF: ReadonlyMap<string, string> = new Map([
  ['aws', 'us-east-1'],
  ['aws-us-gov', 'us-gov-west-1'],
  ['aws-eusc', 'eusc-de-east-1'],
])

/** `permissions reader`: makes no call. Answers the exit code. */
export async function printReader(app: App, request: ReaderRequest, accountId = '*'): Promise<number> {
  const { common, io } = app
  const { trust, format } = request
  const partition = trust.split(':')[1] ?? ''
  // Whoever reads an organization reads it in every Region, unless some are named.
  const choice = common.regions.length > 0 ? await regionChoice(app) : { allFrom: FIRST_OF.get(partition) ?? '' }
  const regions = 'named' in choice ? choice.named : [choice.allFrom]
  const scope = { accountId, regions, everyRegion: 'allFrom' in choice, settings: settingsFor(app) }
  if (partition !== partitionOf(regions[0] ?? '').id) {
    throw usageError(
      `--trust ${trust} is not in the partition of ${regions[0]}`,
      'name Regions of its own with --region',
    )
  }
  io.stdout.write(readerRole({ ...request, ...scope, externalId: common.accounts.externalId }, format))
  const next = ROLL_OUT[format]
  if (!common.quiet && next.length > 0) io.stderr.line(nextText(next, io.stderr))
  return 0
}
