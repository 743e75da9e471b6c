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
export type FaultClass = keyof typeof FAULTS

/** How long a fault is worth another try: the upper bound of the first pause, which doubles from try to try, and the tries. */
export interface Patience {
  firstPauseMs: number
  attempts: number
}

interface FaultRow {
  /** AWS's codes for it, and node's. */
  codes?: readonly string[]
  /** Left out where time, or another connection, does not heal it. */
  patience?: Patience
  hint?: string
}

export const SIGN_IN =
  'sign in (aws sso login, or aws configure), pass --profile NAME, or set AWS_PROFILE or AWS_ACCESS_KEY_ID; bedrock-monitor demo needs no account'

/** For answers that AWS does not give. */
export const NOT_AWS =
  'check whether a proxy, --endpoint-url or AWS_ENDPOINT_URL leads to something that is not AWS, then run it again'

const NETWORK_HINT = 'check the network, the proxy, --region and --endpoint-url, then run it again'

/** Throttles and conflicts go by within the minute; a wrong host name does not. */
const FOR_A_MINUTE: Patience = { firstPauseMs: 500, attempts: Number.POSITIVE_INFINITY }

/** Each kind of fault; a code is of the first that has it. */
const FAULTS = {
  /** The clock of this machine is off; the SDK has corrected for it and signs the next try with the right time. */
  clock: {
    patience: { firstPauseMs: 0, attempts: 2 },
    hint: 'set the clock of this machine, then run it again',
  },
  credentials: {
    codes: [
      ...['CredentialsProviderError', 'TokenProviderError', 'ExpiredToken', 'ExpiredTokenException', 'InvalidToken'],
      ...['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'SignatureDoesNotMatch'],
      ...['InvalidSignatureException', 'AuthFailure', 'MissingAuthenticationToken', 'IncompleteSignature'],
    ],
    hint: SIGN_IN,
  },
  denied: {
    codes: [
      ...['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'Forbidden'],
      ...['AuthorizationError', 'AuthorizationErrorException'],
    ],
  },
  throttle: {
    codes: [
      ...['Throttling', 'ThrottlingException', 'TooManyRequestsException', 'RequestLimitExceeded', 'SlowDown'],
      'LimitExceededException',
    ],
    patience: FOR_A_MINUTE,
    hint: 'AWS is throttling this account: run it again in a minute',
  },
  /** Of S3 (for a while after a bucket of the name was deleted, too), CloudWatch Logs, IAM and SNS. */
  conflict: {
    codes: [
      ...['OperationAborted', 'OperationAbortedException', 'ConcurrentModification', 'ConcurrentModificationException'],
      ...['ConcurrentAccess', 'ConcurrentAccessException'],
    ],
    patience: FOR_A_MINUTE,
    hint: 'something else is changing the same thing in AWS: run it again in a minute',
  },
  /** No connection: the host has no address, nobody listens there, or (ours) the proxy would not connect. */
  unreachable: {
    codes: ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'ProxyRefused'],
    patience: { firstPauseMs: 100, attempts: 4 },
    hint: NETWORK_HINT,
  },
  /** No answer: the connection broke, or was silent for too long. */
  network: {
    codes: ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'TimeoutError', 'RequestTimeout', 'RequestTimeoutException'],
    patience: { firstPauseMs: 100, attempts: 10 },
    hint: NETWORK_HINT,
  },
  server: {
    patience: { firstPauseMs: 200, attempts: 10 },
    hint: 'an error on the side of AWS: run it again in a minute',
  },
  /** An answer that is not what AWS sends: cut off, or from something in between. */
  malformed: { patience: { firstPauseMs: 100, attempts: 3 }, hint: NOT_AWS },
  other: {},
} as const satisfies Record<string, FaultRow>

const CLASS_OF: ReadonlyMap<string, FaultClass> = new Map(
  Object.entries<FaultRow>(FAULTS).flatMap(([name, { codes = [] }]) =>
    codes.map((code) => [code, name as FaultClass] as const),
  ),
)
const isOfNetwork = (code = '') => ['network', 'unreachable'].includes(CLASS_OF.get(code) ?? '')

export interface Fault {
  class: FaultClass
  /** AWS's own code where there is one: letters, digits, dots, colons, dashes and underscores only. */
  code: string
  /** The HTTP status; undefined where there was no answer. */
  status: number | undefined
}

export const rowOf = (fault: Fault): FaultRow => FAULTS[fault.class]

/** True when the same call may succeed a moment later. */
export function isPassing(fault: Fault): boolean {
  return rowOf(fault).patience !== undefined
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
  const { $fault, $retryable, $metadata, $response, lacks } = thrown
  const texts = (['name', 'message', 'code'] as const).filter((key) => typeof thrown[key] === 'string')
  return {
    ...Object.fromEntries(texts.map((key) => [key, thrown[key]])),
    ...($fault && { $fault }),
    ...($retryable && { $retryable }),
    ...($metadata && { $metadata }),
    ...($response && { $response }),
    ...(lacks && { lacks }),
  }
}

function classOf(error: SdkError, code: string, status: number | undefined, unread: boolean): FaultClass {
  if (error.$metadata?.clockSkewCorrected) return 'clock'
  const known = CLASS_OF.get(code)
  if (known === 'credentials' || known === 'denied') return known
  if (status === 429 || error.$retryable?.throttling) return 'throttle'
  if (known) return known
  // Behind a status of success: the answer began and its connection broke.
  if (isOfNetwork(error.code)) return 'network'
  if (status === 403) return 'denied'
  if (status !== undefined && status >= 500) return 'server'
  return unread || NOT_HTTP.test(error.code ?? '') ? 'malformed' : 'other'
}

/** Of node's parser: there was an answer, which is not HTTP. */
const NOT_HTTP = /^HPE_/

const NAMELESS = new Set(['Error', 'AggregateError', 'Unknown', 'UnknownError'])

function codeOf({ name, code, $fault }: SdkError, status: number | undefined): string {
  // It comes from the wire, and goes to terminals and into scripts.
  const clean = (text = '') => text.replace(/[^\w.:-]/g, '').slice(0, 100)
  // The SDK calls a reset connection a TimeoutError; node's own code says what it was.
  const known = $fault === undefined && isOfNetwork(code) && code !== 'ETIMEDOUT' ? code : name
  const said = known && !NAMELESS.has(known) ? clean(known) : ''
  if (said) return said
  if (status === 403) return 'AccessDenied'
  return status !== undefined && status >= 400 ? `Http${status}` : clean(code) || 'UnknownError'
}

/** An answer in the wrong form has no code of its own; the error's name is that of the parser (`SyntaxError`). */
function unreadCode(status: number | undefined): string {
  if (status === 403) return 'AccessDenied'
  return status === undefined || status < 400 ? 'MalformedAnswer' : `Http${status}`
}
