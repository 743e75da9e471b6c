import { AppError, interrupted, isAppError } from '../core/errors.ts'
import { type Fault, faultOf, isPassing, isUnsure, NOT_AWS, rowOf, type SdkError, sdkErrorOf } from './fault.ts'
import { redact } from './redact.ts'

export interface CallName {
  service: string
  operation: string
}

/** An SDK error as the program's own: with AWS's code, which operation failed, and what mends it. */
export function toAwsError(thrown: unknown, call: CallName): AppError {
  if (isAppError(thrown)) return thrown
  if ((thrown as SdkError | undefined)?.name === 'AbortError') return interrupted()
  const fault = faultOf(thrown)
  const what = `${call.service}:${call.operation}`
  const cause = causeOf(thrown, fault)
  const kind = fault.class === 'credentials' ? 'credentials' : 'aws'
  return new AppError(kind, fault.code, `${what} failed: ${messageOf(thrown, fault)}`, {
    transient: isPassing(fault),
    unsure: isUnsure(fault),
    hint: hintOf(fault, call, sdkErrorOf(thrown)),
    ...(cause && { cause }),
  })
}

export function hasCode(error: unknown, ...codes: string[]): error is AppError {
  return isAppError(error) && codes.includes(error.code)
}

/** The answer, or undefined when AWS says with one of `codes` that there is none. */
export async function orUndefined<T>(call: Promise<T>, ...codes: string[]): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined
    throw error
  }
}

/** What a call gives, or something else where it fails: what it is for can do without it. An interruption goes on. */
export function orElse<T, Other>(call: Promise<T>, other: (error: AppError) => Other): Promise<T | Other> {
  return call.catch((error: unknown) => {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
    return other(error)
  })
}

/** OpenSSL's words for certificates that nobody vouches for, as of a proxy that looks into TLS. The SDK may lose the code. */
const CERTIFICATE =
  /self-signed certificate|unable to get (local )?issuer certificate|unable to verify the first certificate/
const CERTIFICATE_HINT =
  'if a proxy or an endpoint of your own has this certificate, name the file of its certificate authority in AWS_CA_BUNDLE, or in ca_bundle of the profile'

const MOST_OF_A_MESSAGE = 2_000

function hintOf(fault: Fault, call: CallName, { message: said, $metadata }: SdkError): string | undefined {
  if (fault.status === undefined && CERTIFICATE.test(said ?? '')) return CERTIFICATE_HINT
  if (fault.class === 'denied') return `allow ${lackingAction(call, said)} for the identity that runs this command`
  // What AWS refuses has a name, or at least the id of the request.
  const isForeign = fault.code === `Http${fault.status}` && !$metadata?.requestId
  return rowOf(fault).hint ?? (isForeign ? NOT_AWS : undefined)
}

/** AWS's own words. What a parser says of an answer it cannot read quotes that answer, and is left out. */
function messageOf(thrown: unknown, { code, status, class: kind }: Fault): string {
  const { message, $response, $fault, name, lacks } = sdkErrorOf(thrown)
  if (kind === 'malformed' && lacks !== undefined) return `the response has no ${lacks}`
  if (kind === 'malformed')
    return `${(status ?? 0) < 300 ? '' : `HTTP ${status}: `}the response is not one that AWS sends`
  if ($response !== undefined && $fault === undefined && kind !== 'network')
    return `HTTP ${status}, without a readable response`
  if (code === 'TimeoutError') return 'no answer in time'
  const line = redact((message ?? '').slice(0, 4 * MOST_OF_A_MESSAGE))
    .replace(/\s+/g, ' ')
    .trim()
  const cut = line.slice(0, MOST_OF_A_MESSAGE).replace(/[\uD800-\uDBFF]$/, '')
  const said = line.length <= MOST_OF_A_MESSAGE ? line : `${cut}…`
  // Without a message of AWS's the SDK repeats the name, or says that it knows none.
  if (said !== '' && said !== name && said !== 'Unknown' && said !== 'UnknownError') return said
  return status === undefined ? `no answer (${code})` : `HTTP ${status}`
}

/** For `--debug`: where it came from, without the answer and without anything that signs. */
function causeOf(thrown: unknown, { class: kind }: Fault): Error | undefined {
  const { name, message, $response, $fault } = sdkErrorOf(thrown)
  const { stack } = (thrown ?? {}) as { stack?: unknown }
  if (kind === 'malformed' || ($response !== undefined && $fault === undefined)) return undefined
  const cause = new Error(redact(message ?? ''))
  if (name) cause.name = name
  cause.stack = redact(typeof stack === 'string' ? stack : `${cause.name}: ${cause.message}`)
  return cause
}

/** Where IAM's name of a service is not that of its client. */
const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['quotas', 'servicequotas'],
  ['exports', 'bcm-data-exports'],
])

/** Where IAM's name of an action is not that of the operation. AWS Budgets has one right to look and one to change. */
const ACTIONS: readonly (readonly [operations: RegExp, action: string])[] = [
  [/^budgets:Describe/, 'budgets:ViewBudget'],
  [/^budgets:(Create|Update|Delete)/, 'budgets:ModifyBudget'],
  [/^s3:DeleteObjects$/, 's3:DeleteObject'],
  [/^s3:(Delete|Put)BucketLifecycle/, 's3:PutLifecycleConfiguration'],
  [/^s3:GetBucketLifecycle/, 's3:GetLifecycleConfiguration'],
  [/^s3:GetBucketEncryption$/, 's3:GetEncryptionConfiguration'],
  [/^s3:PutBucketEncryption$/, 's3:PutEncryptionConfiguration'],
  [/^s3:GetPublicAccessBlock$/, 's3:GetBucketPublicAccessBlock'],
  [/^s3:PutPublicAccessBlock$/, 's3:PutBucketPublicAccessBlock'],
  [/^s3:ListMultipartUploads$/, 's3:ListBucketMultipartUploads'],
  [/^s3:ListObjectVersions$/, 's3:ListBucketVersions'],
  [/^s3:(HeadBucket|ListObjectsV2)$/, 's3:ListBucket'],
]

/** Calls of ours that carry tags when they create: IAM checks these against an action of their own. */
const TAGGING =
  /^(athena:CreateWorkGroup|budgets:CreateBudget|cloudwatch:Put(MetricAlarm|CompositeAlarm|Dashboard)|exports:CreateExport|iam:CreateRole|logs:CreateLogGroup|s3:CreateBucket|sns:CreateTopic)$/

/** What to allow where a call was denied: the action that AWS names, or all that the call may need (service authorization reference). */
export function lackingAction({ service, operation }: CallName, message = ''): string {
  const [, named] = /\bnot authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message) ?? []
  if (named !== undefined) return named
  const prefix = PREFIXES.get(service) ?? service
  const [, own] = ACTIONS.find(([operations]) => operations.test(`${service}:${operation}`)) ?? []
  const action = own ?? `${prefix}:${operation}`
  if (!TAGGING.test(`${service}:${operation}`)) return action
  return `${action} (and ${prefix}:${service === 'iam' ? 'TagRole' : 'TagResource'} for the tags)`
}
