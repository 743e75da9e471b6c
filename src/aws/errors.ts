import { AppError, type ErrorKind, interrupted, isAppError } from '../core/errors.ts'
import { type Fault, type FaultClass, faultOf, isPassing, isUnsure, type SdkError, sdkErrorOf } from './fault.ts'
import { redact } from './redact.ts'

/** Which operation of which service failed: `iam`, `CreateRole`. */
export interface CallName {
  service: string
  operation: string
}

/**
 * An SDK error as the program's own: AWS's code is kept, the message says which operation failed, the hint names what
 * mends it.
 */
export function toAwsError(thrown: unknown, call: CallName): AppError {
  if (isAppError(thrown)) return thrown
  if ((thrown as SdkError | undefined)?.name === 'AbortError') return interrupted()
  const fault = faultOf(thrown)
  const what = `${call.service}:${call.operation}`
  const cause = causeOf(thrown, fault)
  return new AppError(KINDS[fault.class] ?? 'aws', fault.code, `${what} failed: ${messageOf(thrown, fault)}`, {
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

const KINDS: Partial<Record<FaultClass, ErrorKind>> = { credentials: 'credentials' }

/** OpenSSL's words for certificates that nobody vouches for, as of a proxy that looks into TLS. The SDK may lose the code. */
const CERTIFICATE =
  /self-signed certificate|unable to get (local )?issuer certificate|unable to verify the first certificate/
const CERTIFICATE_HINT =
  'if a proxy or an endpoint of your own has this certificate, name the file of its certificate authority in AWS_CA_BUNDLE, or in ca_bundle of the profile'

/** Longer than any message of AWS's that says something. */
const MOST_OF_A_MESSAGE = 2_000

function hintOf(fault: Fault, call: CallName, { message: said, $metadata }: SdkError): string | undefined {
  if (fault.status === undefined && CERTIFICATE.test(said ?? '')) return CERTIFICATE_HINT
  if (fault.class === 'denied') return `allow ${lackingAction(call, said)} for the identity that runs this command`
  // What AWS refuses has a name, or at least the id of the request.
  const isForeign = fault.code === `Http${fault.status}` && !$metadata?.requestId
  return HINTS[fault.class] ?? (isForeign ? NOT_AWS : undefined)
}

/** For answers that AWS does not give. */
export const NOT_AWS =
  'check whether a proxy, --endpoint-url or AWS_ENDPOINT_URL leads to something that is not AWS, then run it again'

export const SIGN_IN =
  'sign in (aws sso login, or aws configure), pass --profile NAME, or set AWS_PROFILE or AWS_ACCESS_KEY_ID; bedrock-monitor demo needs no account'

const NETWORK_HINT = 'check the network, the proxy, --region and --endpoint-url, then run it again'

const HINTS: Partial<Record<FaultClass, string>> = {
  credentials: SIGN_IN,
  throttle: 'AWS is throttling this account: run it again in a minute',
  conflict: 'something else is changing the same thing in AWS: run it again in a minute',
  network: NETWORK_HINT,
  unreachable: NETWORK_HINT,
  server: 'a fault on the side of AWS: run it again in a minute',
  malformed: NOT_AWS,
  clock: 'set the clock of this machine, then run it again',
}

/** AWS's own words. What a parser says of an answer it cannot read quotes that answer, and is left out. */
function messageOf(thrown: unknown, { code, status, class: kind }: Fault): string {
  const { message, $response, $fault, name, lacks } = sdkErrorOf(thrown)
  if (kind === 'malformed' && lacks !== undefined) return `the response has no ${lacks}`
  if (kind === 'malformed')
    return `${(status ?? 0) < 300 ? '' : `HTTP ${status}: `}the response is not one that AWS sends`
  if ($response !== undefined && $fault === undefined && kind !== 'network')
    return `HTTP ${status}, without an answer to read`
  if (code === 'TimeoutError') return 'no answer in time'
  const said = bounded(oneLine(redact((message ?? '').slice(0, 4 * MOST_OF_A_MESSAGE))))
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

function bounded(message: string): string {
  if (message.length <= MOST_OF_A_MESSAGE) return message
  return `${message.slice(0, MOST_OF_A_MESSAGE).replace(/[\uD800-\uDBFF]$/, '')}…`
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim()
}

/** Where IAM's name of a service is not that of its client. */
const PREFIXES: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ quotas: 'servicequotas', exports: 'bcm-data-exports' }),
)

/** Where IAM's name of an action is not that of the operation. */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ['s3:DeleteBucketLifecycle', 's3:PutLifecycleConfiguration'],
  ['s3:DeleteObjects', 's3:DeleteObject'],
  ['s3:GetBucketEncryption', 's3:GetEncryptionConfiguration'],
  ['s3:GetBucketLifecycleConfiguration', 's3:GetLifecycleConfiguration'],
  ['s3:GetPublicAccessBlock', 's3:GetBucketPublicAccessBlock'],
  ['s3:HeadBucket', 's3:ListBucket'],
  ['s3:ListMultipartUploads', 's3:ListBucketMultipartUploads'],
  ['s3:ListObjectVersions', 's3:ListBucketVersions'],
  ['s3:ListObjectsV2', 's3:ListBucket'],
  ['s3:PutBucketEncryption', 's3:PutEncryptionConfiguration'],
  ['s3:PutBucketLifecycleConfiguration', 's3:PutLifecycleConfiguration'],
  ['s3:PutPublicAccessBlock', 's3:PutBucketPublicAccessBlock'],
])

/** Calls of ours that carry tags when they create, with the action that IAM checks these against. */
const TAGGING: ReadonlyMap<string, string> = new Map([
  ['athena:CreateWorkGroup', 'athena:TagResource'],
  ['budgets:CreateBudget', 'budgets:TagResource'],
  ['cloudwatch:PutCompositeAlarm', 'cloudwatch:TagResource'],
  ['cloudwatch:PutDashboard', 'cloudwatch:TagResource'],
  ['cloudwatch:PutMetricAlarm', 'cloudwatch:TagResource'],
  ['exports:CreateExport', 'bcm-data-exports:TagResource'],
  ['iam:CreateRole', 'iam:TagRole'],
  ['logs:CreateLogGroup', 'logs:TagResource'],
  ['s3:CreateBucket', 's3:TagResource'],
  ['sns:CreateTopic', 'sns:TagResource'],
])

/** AWS Budgets has one right to look and one to change. */
const BUDGETS: readonly [operation: RegExp, action: string][] = [
  [/^Describe/, 'budgets:ViewBudget'],
  [/^(Create|Update|Delete)/, 'budgets:ModifyBudget'],
]

/** The IAM action that a call is checked against (AWS's service authorization reference): what to allow where it is denied. */
function iamAction({ service, operation }: { service: string; operation: string }): string {
  const name = `${PREFIXES.get(service) ?? service}:${operation}`
  const [, budgets] = (service === 'budgets' && BUDGETS.find(([operations]) => operations.test(operation))) || []
  return budgets ?? ACTIONS.get(name) ?? name
}

/** What to allow where a call was denied: the action that AWS names, or all that the call may need. */
export function lackingAction(call: { service: string; operation: string }, message = ''): string {
  const [, named] = /\bnot authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/.exec(message) ?? []
  if (named !== undefined) return named
  const tagging = TAGGING.get(`${call.service}:${call.operation}`)
  return `${iamAction(call)}${tagging === undefined ? '' : ` (and ${tagging} for the tags)`}`
}
