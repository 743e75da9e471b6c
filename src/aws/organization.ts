import {
  type Account,
  ListAccountsCommand,
  ListAccountsForParentCommand,
  ListOrganizationalUnitsForParentCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-organizations'
import { AppError, isAppError, usageError } from '../core/errors.ts'
import { sideBySide } from '../core/side-by-side.ts'
import type { AwsContext } from './context.ts'
import { allOf } from './pages.ts'

export interface OrganizationAccount {
  id: string
  name: string
  state: string
}

/** Organizations answers few calls a second, whoever asks. */
const AT_ONCE = 4

/** All accounts of the organization, or of a unit and those below it. Throws a usage error where there is none. */
export async function accountsOfOrganization(cx: AwsContext, unit?: string): Promise<OrganizationAccount[]> {
  try {
    if (unit !== undefined) return await accountsIn(cx, unit)
    return (await allOf(cx.aws.organizations, ListAccountsCommand, {}, 'Accounts')).flatMap(toAccount)
  } catch (error) {
    throw explained(error, unit)
  }
}

async function accountsIn(cx: AwsContext, ParentId: string): Promise<OrganizationAccount[]> {
  const { organizations } = cx.aws
  const about = { ParentId }
  const own = await allOf(organizations, ListAccountsForParentCommand, about, 'Accounts')
  const units = await allOf(organizations, ListOrganizationalUnitsForParentCommand, about, 'OrganizationalUnits')
  const below: OrganizationAccount[] = []
  for (const { Id } of units) if (Id) below.push(...(await accountsIn(cx, Id)))
  return [...own.flatMap(toAccount), ...below]
}

export async function accountsWithTag(
  cx: AwsContext,
  accounts: readonly OrganizationAccount[],
  { key, value }: { key: string; value: string },
): Promise<OrganizationAccount[]> {
  const tagged = await sideBySide(accounts, AT_ONCE, async (account) => {
    const tags = await allOf(cx.aws.organizations, ListTagsForResourceCommand, { ResourceId: account.id }, 'Tags')
    return tags.some(({ Key, Value }) => Key === key && Value === value) ? [account] : []
  })
  return tagged.flat()
}

/** `State` took the place of `Status` in 2026. Of one that tells neither, it shows when its role is assumed. */
function toAccount({ Id, Name, State, Status }: Account): OrganizationAccount[] {
  return Id ? [{ id: Id, name: Name ?? Id, state: State ?? Status ?? 'ACTIVE' }] : []
}

const NAME_THEM = 'name the accounts: --accounts 111122223333,444455556666'

function explained(error: unknown, unit: string | undefined): unknown {
  if (!isAppError(error)) return error
  if (error.code === 'AWSOrganizationsNotInUseException') {
    return usageError('this account is not in an organization', NAME_THEM)
  }
  if (error.code === 'ParentNotFoundException' || (error.code === 'InvalidInputException' && unit !== undefined)) {
    return usageError(`--accounts ou:${unit}: there is no such unit`, 'give the id of a unit: ou:ou-ab12-34cdefgh')
  }
  if (!/^AccessDenied/.test(error.code)) return error
  const hint = `sign in to the management account or a delegated administrator and allow organizations:ListAccounts, or ${NAME_THEM}`
  return new AppError(error.kind, error.code, error.message, { hint, cause: error })
}
