import { matches } from '../../aws/policy-verdict.ts'
import type { Grant } from '../../core/resource.ts'
import { grouped } from '../../report/arrange.ts'
import type { Purpose } from './purposes.ts'

/** Those of single commands, in whose name accounts are worked in: what `mcp` is asked runs as the command it is. */
export type SessionPurpose = Exclude<Purpose, 'mcp' | 'all'>

/** An identity policy, as `aws iam create-policy --policy-document` takes it. */
export interface PolicyDocument {
  Version: '2012-10-17'
  Statement: PolicyStatement[]
}

export interface PolicyStatement {
  /** Letters and digits only, unique in its document. */
  Sid?: string
  Effect: 'Allow'
  Action: string[]
  Resource: string[]
  Condition?: NonNullable<Grant['condition']>
}

export type Rule = Omit<PolicyStatement, 'Sid'>

/** The most characters a managed policy may have, white space not counted (IAM and STS quotas). */
export const MANAGED_POLICY_LIMIT = 6_144

interface Right {
  action: string
  resource: string
  condition: Grant['condition']
}

/** What many grants allow together, in few statements, nothing said twice; sorted, so that the same grants give the same text. */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  const rights = grants.flatMap(({ actions, resources, condition }) =>
    actions.flatMap((action) => resources.map((resource) => ({ action, resource, condition }))),
  )
  const key = (condition: Grant['condition'], ...parts: unknown[]) => JSON.stringify([condition ?? null, ...parts])
  const byThing = grouped(withoutCovered(rights), ({ resource, condition }) => key(condition, resource))
  const things = [...byThing.values()].map((group): Rule => {
    const [{ resource, condition }] = group
    const Action = distinct(group.map(({ action }) => action))
    return { Effect: 'Allow', Action, Resource: [resource], ...(condition && { Condition: condition }) }
  })
  const bySameRights = grouped(things, ({ Action, Condition }) => key(Condition, Action))
  const statements = [...bySameRights.values()].map(
    (group): Rule => ({ ...group[0], Resource: distinct(group.flatMap(({ Resource }) => Resource)) }),
  )
  return { Version: '2012-10-17', Statement: named(statements) }
}

export function policyLength(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length
}

/** Drops what another right with the same or no condition allows already. */
function withoutCovered(rights: readonly Right[]): Right[] {
  const each = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()]
  const covers = (other: Right, right: Right) =>
    other !== right &&
    other.action === right.action &&
    (other.condition === undefined || JSON.stringify(other.condition) === JSON.stringify(right.condition)) &&
    // A pattern that matches another to the letter stands for all that the other does.
    matches(other.resource, right.resource)
  return each.filter((right) => !each.some((other) => covers(other, right)))
}

/** Gives each statement its Sid, and the statements an order: by Sid, which begins with the service. */
function named(statements: readonly Rule[]): PolicyStatement[] {
  return [...grouped(statements, sidOf)]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([sid, group]) =>
      group
        .sort((a, b) => compare(a.Resource.join(), b.Resource.join()))
        .map((statement, index) => ({ Sid: index === 0 ? sid : `${sid}${index + 1}`, ...statement })),
    )
}

/** "IamRole", "S3Object", "CloudwatchAlarm"; "AnyResource" for what knows no resources. */
function sidOf({ Resource, Condition }: Rule): string {
  const conditions = Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys))
  const suffix = conditions.map((key) => pascal(key.split(':').at(-1) ?? '')).join('')
  const [, , service = '', , , ...rest] = (Resource[0] ?? '*').split(':')
  const thing = rest.join(':')
  if (service === '') return `AnyResource${suffix}`
  if (service === 's3') return `S3${thing.includes('/') ? 'Object' : 'Bucket'}${suffix}`
  if (service === 'sns') return `SnsTopic${suffix}`
  return `${pascal(service)}${pascal(thing.split(/[:/]/)[0] ?? '')}${suffix}`
}

const pascal = (words: string): string =>
  words.replace(/(?:^|[^a-zA-Z0-9]+)([a-zA-Z0-9]?)/g, (_, first: string) => first.toUpperCase())

export const distinct = (texts: readonly string[]): string[] => [...new Set(texts)].sort()

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
