import type { Organizations as Api } from '@aws-sdk/client-organizations'
import { AwsFault, type Call, type Service } from '../service.ts'
import { page } from '../state.ts'
import type { Operations } from './typed.ts'

/** What a link to a monitoring account is of. */
export type Shared = 'metrics' | 'logs'

/** An account of the organization besides the one that the sandbox plays, which manages it. */
export interface MemberAccount {
  readonly id: string
  readonly name?: string
  readonly state?: 'PENDING_ACTIVATION' | 'ACTIVE' | 'SUSPENDED' | 'PENDING_CLOSURE' | 'CLOSED'
  /** The unit that it is in; the root by default. */
  readonly parent?: string
  readonly tags?: Readonly<Record<string, string>>
  /** By Region: shared with the sandbox's account, a monitoring account (CloudWatch cross-account observability). */
  readonly links?: Readonly<Record<string, readonly Shared[]>>
  /** Roles that the caller may assume there, besides those that are made there; with the external id that each asks for. */
  readonly roles?: Readonly<Record<string, string | true>>
}

export interface Organizations extends Service {
  readonly members: MemberAccount[]
  /** Units by id, each with the one that it is in. */
  readonly units: Map<string, string>
  /** Which of the two tells whether an account is in use; AWS took `Status` away in 2026. */
  readonly tells: { state: boolean; status: boolean }
  /** Every page is followed by one without an item, as AWS may answer. */
  emptyPages: boolean
}

const ROOT = 'r-root'
/** AWS's own most. */
const PAGE = 20

export function createOrganizations(account: string, members: readonly MemberAccount[]): Organizations {
  const tells = { state: true, status: false }
  const all = () => [{ id: account, name: 'management' } as MemberAccount, ...self.members]
  const shown = ({ id, name = id, state = 'ACTIVE' }: MemberAccount) => ({
    Id: id,
    Arn: `arn:aws:organizations::${account}:account/o-sandbox/${id}`,
    Email: `${id}@example.com`,
    Name: name,
    JoinedMethod: 'CREATED',
    ...(tells.state && { State: state }),
    ...(tells.status && { Status: state === 'ACTIVE' ? 'ACTIVE' : 'SUSPENDED' }),
  })
  const paged = (name: string, items: readonly object[], token: string | undefined, most = PAGE): object => {
    if (most > PAGE) throw new AwsFault('InvalidInputException', `MaxResults ${most} is more than ${PAGE}`)
    if (self.emptyPages && token?.startsWith('empty-')) return { [name]: [], NextToken: token.slice(6) }
    const { items: part, next } = page(items, token, most)
    return { [name]: part, NextToken: self.emptyPages && next ? `empty-${next}` : next }
  }
  const guard = (call: Call) => {
    if (call.account !== account) {
      const message = "You don't have permissions to access this resource."
      throw new AwsFault('AccessDeniedException', message, 400)
    }
    if (self.members.length === 0) {
      throw new AwsFault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.', 400)
    }
  }
  const checkParent = (id: string) => {
    if (id === ROOT || self.units.has(id)) return
    throw new AwsFault('ParentNotFoundException', "You specified parent that doesn't exist.", 400)
  }
  const self: Organizations = {
    id: 'organizations',
    members: [...members],
    units: new Map(members.flatMap(({ parent }) => (parent ? [[parent, ROOT] as const] : []))),
    tells,
    emptyPages: false,
    operations: {
      ListAccounts: ({ NextToken, MaxResults }, call) => {
        guard(call)
        return paged('Accounts', all().map(shown), NextToken, MaxResults)
      },
      ListAccountsForParent: ({ ParentId = '', NextToken, MaxResults }, call) => {
        guard(call)
        checkParent(ParentId)
        const found = all().filter(({ parent = ROOT }) => parent === ParentId)
        return paged('Accounts', found.map(shown), NextToken, MaxResults)
      },
      ListOrganizationalUnitsForParent: ({ ParentId = '', NextToken, MaxResults }, call) => {
        guard(call)
        checkParent(ParentId)
        const found = [...self.units].flatMap(([Id, parent]) => (parent === ParentId ? [{ Id, Name: Id }] : []))
        return paged('OrganizationalUnits', found, NextToken, MaxResults)
      },
      ListTagsForResource: ({ ResourceId, NextToken }, call) => {
        guard(call)
        const found = all().find(({ id }) => id === ResourceId)
        if (!found) throw new AwsFault('TargetNotFoundException', `there is no ${ResourceId}`, 400)
        const tags = Object.entries(found.tags ?? {}).map(([Key, Value]) => ({ Key, Value }))
        return paged('Tags', tags, NextToken)
      },
    } satisfies Operations<Api>,
  }
  return self
}
