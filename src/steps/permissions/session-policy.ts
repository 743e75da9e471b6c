import { AppError } from '../../core/errors.ts'
import { grouped } from '../../report/arrange.ts'
import { type PolicyScope, permissionsPolicy } from './permissions.ts'
import { distinct, type Rule, type SessionPurpose } from './permissions-policy.ts'

/** The most characters that STS takes of a policy for one session. */
export const SESSION_POLICY_LIMIT = 2_048

type Widen = (arns: readonly string[]) => string[]

/**
 * What a session in another account may do at most: what a purpose calls. Too long for STS, it is the narrowest wider one that
 * fits; the role still says on what. Throws an AppError where not even the actions alone fit.
 */
export function sessionPolicy(scope: PolicyScope, purpose: SessionPurpose): string {
  // What a clean-up finds there goes, whether or not it is asked for.
  const settings = purpose === 'cleanup' ? { ...scope.settings, lake: true, billingExport: true } : scope.settings
  const rules = (everyRegion: boolean) =>
    permissionsPolicy({ ...scope, settings, everyRegion }, purpose).Statement.map(({ Sid: _, ...rule }): Rule => rule)
  const wide = rules(true)
  const plain = wide.map(({ Condition: _, ...rule }): Rule => rule)
  const narrowestFirst: (() => Rule[])[] = [
    () => rules(scope.everyRegion),
    () => wide,
    () => merged(wide, ofKind, serviceOf),
    () => merged(wide, ofKind),
    () => merged(wide.map(together), ofKind),
    () => merged(plain.map(together), ofKind),
    () => merged(plain.map(together), ofService),
    () => merged(plain.map(together), () => ['*']),
  ]
  for (const each of narrowestFirst) {
    const text = JSON.stringify({ Version: '2012-10-17', Statement: each() })
    if (text.length <= SESSION_POLICY_LIMIT) return text
  }
  throw new AppError('failed', 'SessionPolicyTooLong', `the session policy of ${purpose} is too long for STS`)
}

/** One rule of those that know resources, or one for each key; those with a condition, or for anything, stay as they are. */
function merged(rules: readonly Rule[], widen: Widen, keyOf: (arn: string) => string = () => ''): Rule[] {
  const joined = (group: readonly Rule[]): Rule => ({
    Effect: 'Allow',
    Action: distinct(group.flatMap(({ Action }) => Action)),
    Resource: widen(distinct(group.flatMap(({ Resource }) => Resource))),
  })
  const isAny = ({ Resource }: Rule) => Resource.includes('*')
  const free = rules.filter(({ Condition }) => !Condition)
  const any = free.filter(isAny)
  const named = grouped(
    free.filter((rule) => !isAny(rule)),
    ({ Resource: [first = ''] }) => keyOf(first),
  )
  return [
    ...(any.length > 0 ? [{ ...joined(any), Resource: ['*'] }] : []),
    ...rules.filter(({ Condition }) => Condition),
    ...[...named.values()].map(joined),
  ]
}

/** To name each of these takes half a policy: things of which there are few in an account, or whose actions are many. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^s3:GetBucket.+/, 's3:GetBucket*'],
  [/^s3:Get.+Configuration$/, 's3:Get*Configuration'],
  [/^iam:GetRole.*/, 'iam:GetRole*'],
  [/^athena:\w+NamedQuer(y|ies)$/, 'athena:*NamedQuer*'],
  [/^athena:\w+QueryExecution$/, 'athena:*QueryExecution'],
  [/^athena:\w+WorkGroup$/, 'athena:*WorkGroup'],
  [/^bcm-data-exports:\w+Export$/, 'bcm-data-exports:*Export'],
  [/^bedrock:\w+LoggingConfiguration$/, 'bedrock:*LoggingConfiguration'],
  [/^cloudwatch:\w+AnomalyDetectors?$/, 'cloudwatch:*AnomalyDetector*'],
  [/^glue:\w+Database$/, 'glue:*Database'],
  [/^glue:\w+Tables?$/, 'glue:*Table*'],
  [/^s3:DeleteObject.*/, 's3:DeleteObject*'],
  [/^s3:ListBucket.+/, 's3:ListBucket*'],
  [/^s3:PutBucket.+/, 's3:PutBucket*'],
  [/^s3:Put.+Configuration$/, 's3:Put*Configuration'],
]

const together = (rule: Rule): Rule => ({
  ...rule,
  Action: rule.Action.map((action) => KINDS.find(([some]) => some.test(action))?.[1] ?? action),
})

const serviceOf = (arn: string): string => arn.split(':')[2] ?? ''

/** Alarms, roles, log groups …: a kind of thing of a service. A bucket and its objects are one, and so are those of all Regions. */
function kindOf(arn: string): string {
  const [, , service, , , ...rest] = arn.split(':')
  if (service === 's3') return `${service}:${rest[0]?.split(/(?<=\d{12})|\//)[0]}`
  return `${service}:${rest[0]?.split('/')[0]}${rest.length}`
}

const ofKind: Widen = (arns) => [...grouped(arns, kindOf).values()].map(beginning)

/** All of a service in the account. The ARNs of S3 do not have one. */
const ofService: Widen = (arns) =>
  [...grouped(arns, serviceOf).values()].map((group) => {
    const [, partition, service, , account = ''] = group[0].split(':')
    const isRegional = group.some((arn) => arn.split(':')[3] !== '')
    return `arn:${partition}:${service}:${isRegional ? '*' : ''}:${account}:*`
  })

function beginning([first = '', ...others]: readonly string[]): string {
  if (others.length === 0) return first
  let length = first.length
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1
  return `${first.slice(0, length)}*`.replace(/\*+$/, '*')
}
