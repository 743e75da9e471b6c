/** The parts of an SDK error that are worth reading. */
export interface SdkError {
  name?: string
  message?: string
  /** Of node, for faults of the network. */
  code?: string
  /** On errors that AWS has answered; missing where its answer could not be read. */
  $fault?: 'client' | 'server'
  $retryable?: { throttling?: boolean }
  $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number; clockSkewCorrected?: boolean }
  $response?: { statusCode?: number; headers?: Record<string, string> }
  /** Ours: the member that an answer of success must have and has not. */
  lacks?: string
}

/** What kind of thing went wrong: it decides the error's kind and hint, and whether another try may help. */
export type FaultClass =
  | 'credentials'
  | 'denied'
  | 'throttle'
  /** Something else is changing the same thing. */
  | 'conflict'
  /** No answer: the connection broke, or was silent for too long. */
  | 'network'
  /** No connection: the host has no address, or nobody listens there. */
  | 'unreachable'
  | 'server'
  /** An answer that is not what AWS sends: cut off, or from something in between. */
  | 'malformed'
  /** The clock of this machine is off; the SDK has corrected for it and the next try is signed with the right time. */
  | 'clock'
  | 'other'

export interface Fault {
  class: FaultClass
  /** AWS's own code where there is one: letters, digits, dots, colons, dashes and underscores only. */
  code: string
  /** The HTTP status; undefined where there was no answer. */
  status: number | undefined
}

const CREDENTIAL_CODES = new Set([
  'CredentialsProviderError',
  'TokenProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'InvalidSignatureException',
  'InvalidToken',
  'AuthFailure',
  'MissingAuthenticationToken',
  'IncompleteSignature',
])

const ACCESS_DENIED_CODES = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
])

const THROTTLE_CODES = new Set([
  'Throttling',
  'ThrottlingException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'SlowDown',
  'LimitExceededException',
])

/** Of S3 (for a while after a bucket of the name was deleted, too), CloudWatch Logs, IAM and SNS. */
const CONFLICT_CODES = new Set([
  'OperationAborted',
  'OperationAbortedException',
  'ConcurrentModification',
  'ConcurrentModificationException',
  'ConcurrentAccess',
  'ConcurrentAccessException',
])

const UNREACHABLE_CODES = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
  // Of this program: the proxy would not connect.
  'ProxyRefused',
])

const NETWORK_CODES = new Set([
  ...UNREACHABLE_CODES,
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'RequestTimeout',
  'RequestTimeoutException',
])

/** Classes that time, or another connection, may heal. */
const PASSING: ReadonlySet<FaultClass> = new Set([
  'throttle',
  'conflict',
  'network',
  'unreachable',
  'server',
  'malformed',
  'clock',
])

/** True when the same call may succeed a moment later. */
export function isPassing(fault: Fault): boolean {
  return PASSING.has(fault.class)
}

/** True where whoever was asked says that nothing was done, or was never reached. A gateway (502, 504) does not know. */
export function isRefused(fault: Fault): boolean {
  if (fault.class === 'server') return fault.status === 500 || fault.status === 503
  return fault.class === 'throttle' || fault.class === 'unreachable'
}

/** True where nobody knows whether it was done: no answer, a gateway's, or one that cannot be read. */
export function isUnsure(fault: Fault): boolean {
  return isPassing(fault) && !isRefused(fault)
}

/** What kind of fault a call failed with. Pure; takes whatever was thrown. */
export function faultOf(thrown: unknown): Fault {
  const error = sdkErrorOf(thrown)
  const status = error.$metadata?.httpStatusCode ?? error.$response?.statusCode
  const unread = error.$response !== undefined && error.$fault === undefined
  const code = unread ? unreadCode(status) : codeOf(error, status)
  return { class: classOf(error, code, status, unread), code, status }
}

/** What the SDK says of an error that is none of its own realm (node's, of a second copy of a package). */
const WRAPPED = /^AWS SDK error wrapper for (?:(\w+): )?(.*)$/s

/** Whatever a client threw, as the parts that are worth reading; what the SDK has wrapped is unwrapped. */
export function sdkErrorOf(thrown: unknown): SdkError {
  if (typeof thrown !== 'object' || thrown === null) return {}
  const error = readable(thrown)
  const [, name, message] = WRAPPED.exec(String(error.message ?? '')) ?? []
  if (message === undefined) return error
  const code = /\bE[A-Z_]{3,}\b/.exec(message)?.[0]
  const { $metadata } = error
  return { name: name ?? 'Error', message, ...(code && { code }), ...($metadata && { $metadata }) }
}

/** Names, messages and codes that are no text count as missing. */
function readable(thrown: SdkError): SdkError {
  const { name, message, code, $fault, $retryable, $metadata, $response, lacks } = thrown
  return {
    ...(typeof name === 'string' && { name }),
    ...(typeof message === 'string' && { message }),
    ...(typeof code === 'string' && { code }),
    ...($fault && { $fault }),
    ...($retryable && { $retryable }),
    ...($metadata && { $metadata }),
    ...($response && { $response }),
    ...(lacks && { lacks }),
  }
}

function classOf(error: SdkError, code: string, status: number | undefined, unread: boolean): FaultClass {
  if (error.$metadata?.clockSkewCorrected) return 'clock'
  if (CREDENTIAL_CODES.has(code)) return 'credentials'
  if (ACCESS_DENIED_CODES.has(code)) return 'denied'
  if (THROTTLE_CODES.has(code) || status === 429 || error.$retryable?.throttling) return 'throttle'
  if (CONFLICT_CODES.has(code)) return 'conflict'
  if (UNREACHABLE_CODES.has(code)) return 'unreachable'
  // Behind a status of success: the answer began and its connection broke.
  if (NETWORK_CODES.has(code) || NETWORK_CODES.has(error.code ?? '')) return 'network'
  if (status === 403) return 'denied'
  if (status !== undefined && status >= 500) return 'server'
  return unread || NOT_HTTP.test(error.code ?? '') ? 'malformed' : 'other'
}

/** Of node's parser: there was an answer, which is not HTTP. */
const NOT_HTTP = /^HPE_/

const NAMELESS = new Set(['Error', 'AggregateError', 'Unknown', 'UnknownError'])
const MOST_OF_A_CODE = 100

function codeOf({ name, code, $fault }: SdkError, status: number | undefined): string {
  // The SDK calls a reset connection a TimeoutError; node's own code says what it was.
  const known = $fault === undefined && code && NETWORK_CODES.has(code) && code !== 'ETIMEDOUT' ? code : name
  const said = known && !NAMELESS.has(known) ? known : undefined
  // It comes from the wire, and goes to terminals and into scripts.
  const clean = said?.replace(/[^\w.:-]/g, '').slice(0, MOST_OF_A_CODE)
  if (clean) return clean
  if (status === 403) return 'AccessDenied'
  if (status !== undefined && status >= 400) return `Http${status}`
  return code?.replace(/[^\w.:-]/g, '').slice(0, MOST_OF_A_CODE) || 'UnknownError'
}

/** An answer in the wrong form has no code of its own; the error's name is that of the parser (`SyntaxError`). */
function unreadCode(status: number | undefined): string {
  if (status === 403) return 'AccessDenied'
  return status === undefined || status < 400 ? 'MalformedAnswer' : `Http${status}`
}
