import { matches } from '../../aws/policy-verdict.ts'
import type { Grant } from '../../core/resource.ts'
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

/** The most characters a managed policy may have, white space not counted (IAM and STS quotas). */
export const MANAGED_POLICY_LIMIT = 6_144

interface Right {
  action: string
  resource: string
  condition: Grant['condition']
}

/**
 * What many grants allow together, in few statements: one for all things on which the same actions are allowed, and
 * nothing said twice. Sorted, so that the same grants always give the same text.
 */
export function policyOf(grants: readonly Grant[]): PolicyDocument {
  const rights = withoutCovered(grants.flatMap(rightsOf))
  const byThing = groupBy(rights, ({ resource, condition }) => JSON.stringify([condition ?? null, resource]))
  const things = [...byThing.values()].map((group) => ({
    actions: sorted(group.map(({ action }) => action)),
    resource: group[0]?.resource ?? '*',
    condition: group[0]?.condition,
  }))
  const bySameRights = groupBy(things, ({ actions, condition }) => JSON.stringify([condition ?? null, actions]))
  const statements = [...bySameRights.values()].map((group): Omit<PolicyStatement, 'Sid'> => {
    const condition = group[0]?.condition
    return {
      Effect: 'Allow',
      Action: group[0]?.actions ?? [],
      Resource: sorted(group.map(({ resource }) => resource)),
      ...(condition && { Condition: condition }),
    }
  })
  return { Version: '2012-10-17', Statement: named(statements) }
}

/** A document's length as IAM counts it. */
export function policyLength(document: PolicyDocument): number {
  return JSON.stringify(document).replace(/\s/g, '').length
}

function rightsOf({ actions, resources, condition }: Grant): Right[] {
  return actions.flatMap((action) => resources.map((resource) => ({ action, resource, condition })))
}

/** Drops what another right with the same or no condition allows already. */
function withoutCovered(rights: readonly Right[]): Right[] {
  const distinct = [...new Map(rights.map((right) => [JSON.stringify(right), right])).values()]
  return distinct.filter(
    (right) =>
      !distinct.some(
        (other) =>
          other !== right &&
          other.action === right.action &&
          (other.condition === undefined || JSON.stringify(other.condition) === JSON.stringify(right.condition)) &&
          // A pattern that matches another to the letter stands for all that the other does.
          matches(other.resource, right.resource),
      ),
  )
}

/** Gives each statement its Sid, and the statements an order: by Sid, which begins with the service. */
function named(statements: readonly Omit<PolicyStatement, 'Sid'>[]): PolicyStatement[] {
  const byName = groupBy(statements, sidOf)
  return [...byName]
    .sort(([a], [b]) => compare(a, b))
    .flatMap(([sid, group]) =>
      group
        .sort((a, b) => compare(a.Resource.join(), b.Resource.join()))
        .map((statement, index) => ({ Sid: index === 0 ? sid : `${sid}${index + 1}`, ...statement })),
    )
}

/** "IamRole", "S3Object", "CloudwatchAlarm"; "AnyResource" for what knows no resources. */
function sidOf({ Resource, Condition }: Omit<PolicyStatement, 'Sid'>): string {
  const conditions = Object.values(Condition ?? {}).flatMap((keys) => Object.keys(keys))
  const suffix = conditions.map((key) => pascal(key.split(':').at(-1) ?? '')).join('')
  const [, , service = '', , , ...rest] = (Resource[0] ?? '*').split(':')
  const thing = rest.join(':')
  if (service === '') return `AnyResource${suffix}`
  if (service === 's3') return `S3${thing.includes('/') ? 'Object' : 'Bucket'}${suffix}`
  if (service === 'sns') return `SnsTopic${suffix}`
  return `${pascal(service)}${pascal(thing.split(/[:/]/)[0] ?? '')}${suffix}`
}

function pascal(words: string): string {
  return words
    .split(/[^a-zA-Z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('')
}

export function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

const sorted = (texts: readonly string[]): string[] => [...new Set(texts)].sort(compare)

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
