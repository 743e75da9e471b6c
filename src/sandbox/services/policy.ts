import { isObject, parseJson } from '../json-text.ts'

/** Condition operator → key → accepted values. */
type Conditions = Record<string, Record<string, string | string[]>>

interface Statement {
  Effect: string
  Principal?: string | Record<string, string | string[]>
  Action?: string | string[]
  NotAction?: string | string[]
  Resource?: string | string[]
  NotResource?: string | string[]
  Condition?: Conditions
}

export interface Policy {
  Version?: string
  Statement: Statement | Statement[]
}

/** What somebody wants to do: the keys of `context` are condition keys such as `aws:SourceAccount`. */
export interface PolicyRequest {
  /** A service principal; left out where the policy belongs to the caller itself. */
  readonly service?: string
  readonly action: string
  /** Left out for trust policies, which have no resource. */
  readonly resource?: string
  readonly context: Readonly<Record<string, string>>
}

export function parsePolicy(document: string, needs: { principal: boolean; resource: boolean }): Policy | undefined {
  const policy = parseJson(document) as Policy | undefined
  if (!isObject(policy) || !policy.Statement) return undefined
  if (policy.Version !== undefined && !['2012-10-17', '2008-10-17'].includes(policy.Version)) return undefined
  return statementsOf(policy).every((statement) => isStatement(statement, needs)) ? policy : undefined
}

/** Whether these policies together allow the request: somewhere an allow, nowhere a deny. */
export function allows(policies: readonly Policy[], request: PolicyRequest): boolean {
  const applying = policies.flatMap(statementsOf).filter((statement) => applies(statement, request))
  return (
    applying.some((statement) => statement.Effect === 'Allow') &&
    !applying.some((statement) => statement.Effect === 'Deny')
  )
}

export function statementsOf(policy: Policy): Statement[] {
  return many(policy.Statement)
}

export function resourcesOf(policy: Policy): string[] {
  return statementsOf(policy).flatMap((statement) => many(statement.Resource ?? statement.NotResource ?? []))
}

function isStatement(statement: Statement, needs: { principal: boolean; resource: boolean }): boolean {
  if (typeof statement !== 'object' || statement === null) return false
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return false
  if (statement.Action === undefined && statement.NotAction === undefined) return false
  const hasResource = statement.Resource !== undefined || statement.NotResource !== undefined
  return (statement.Principal !== undefined) === needs.principal && hasResource === needs.resource
}

function applies(statement: Statement, request: PolicyRequest): boolean {
  if (request.service !== undefined && !namesService(statement.Principal, request.service)) return false
  const { Action, NotAction = [], Resource, NotResource = [] } = statement
  const { action, resource } = request
  if (Action ? !matchesAny(Action, action, true) : matchesAny(NotAction, action, true)) return false
  if (resource !== undefined) {
    if (Resource ? !matchesAny(Resource, resource, false) : matchesAny(NotResource, resource, false)) return false
  }
  return Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) => holds(operator, many(values), contextValue(request.context, key))),
  )
}

function namesService(principal: Statement['Principal'], service: string): boolean {
  if (principal === undefined || typeof principal === 'string') return principal === '*'
  return many(principal.Service ?? []).includes(service)
}

/** Condition keys are compared without regard to case. */
function contextValue(context: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]
}

function holds(operator: string, values: readonly string[], actual: string | undefined): boolean {
  const bare = operator.replace(/IfExists$/, '')
  if (actual === undefined) return bare !== operator || bare.includes('Not')
  const equal = values.some((value) => String(value) === actual)
  const like = values.some((value) => matchesAny(String(value), actual, false))
  switch (bare) {
    case 'StringEquals':
      return equal
    case 'StringNotEquals':
      return !equal
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return like
    case 'StringNotLike':
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return !like
    case 'Bool':
      return values.some((value) => String(value).toLowerCase() === actual.toLowerCase())
    default:
      return false
  }
}

/** `*` stands for anything, `?` for one character. */
function matchesAny(patterns: string | string[], value: string, ignoreCase: boolean): boolean {
  return many(patterns).some((pattern) => {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replace(/\*/g, '.*')
      .replace(/\?/g, '.')
    return new RegExp(`^${source}$`, ignoreCase ? 'is' : 's').test(value)
  })
}

function many<Item>(value: Item | Item[]): Item[] {
  return Array.isArray(value) ? value : [value]
}
