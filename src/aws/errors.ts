import { AppError, type ErrorKind, interrupted, isAppError } from '../core/errors.ts'

/** The parts of an SDK error that are worth reading. */
interface SdkError {
  name?: string
  message?: string
  code?: string
  $fault?: 'client' | 'server'
  $retryable?: object
  $metadata?: { httpStatusCode?: number; attempts?: number }
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

const NETWORK_CODES = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
  'TimeoutError',
  'RequestTimeout',
])

/**
 * An SDK error as the program's own: AWS's code is kept, the message says which operation failed, the hint names what
 * mends it.
 */
export function toAwsError(thrown: unknown, call: { service: string; operation: string }): AppError {
  if (isAppError(thrown)) return thrown
  const error = (thrown ?? {}) as SdkError
  if (error.name === 'AbortError') return interrupted()
  const code = codeOf(error)
  const what = `${call.service}:${call.operation}`
  const status = error.$metadata?.httpStatusCode
  const { kind, hint, transient } = classify(code, status, what)
  const message = oneLine(error.message) || (status === undefined ? 'no answer' : `HTTP ${status}`)
  return new AppError(kind, code, `${what} failed: ${message}`, { cause: thrown, transient, ...(hint && { hint }) })
}

/** True for an AppError with one of these AWS codes. */
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

const NAMELESS = new Set(['Error', 'AggregateError', 'Unknown', 'UnknownError'])

function codeOf(error: SdkError): string {
  const { name, code, $metadata } = error
  // An answer without a body has no code of its own; network faults carry node's.
  if (name && !NAMELESS.has(name)) return name
  if ($metadata?.httpStatusCode === 403) return 'AccessDenied'
  return code ?? 'UnknownError'
}

function classify(
  code: string,
  status: number | undefined,
  what: string,
): { kind: ErrorKind; hint?: string; transient: boolean } {
  if (CREDENTIAL_CODES.has(code)) {
    return {
      kind: 'credentials',
      transient: false,
      hint: 'sign in (aws sso login, or aws configure), pass --profile NAME, or set AWS_PROFILE or AWS_ACCESS_KEY_ID; bedrock-monitor demo needs no account',
    }
  }
  if (ACCESS_DENIED_CODES.has(code) || status === 403) {
    return { kind: 'aws', transient: false, hint: `allow the action ${what} to the identity that runs this` }
  }
  if (THROTTLE_CODES.has(code) || status === 429) {
    return { kind: 'aws', transient: true, hint: 'AWS is throttling this account: run it again in a minute' }
  }
  if (NETWORK_CODES.has(code)) {
    return {
      kind: 'aws',
      transient: true,
      hint: 'check the network, the proxy, --region and --endpoint-url, then run it again',
    }
  }
  if (status !== undefined && status >= 500) {
    return { kind: 'aws', transient: true, hint: 'a fault on the side of AWS: run it again in a minute' }
  }
  return { kind: 'aws', transient: false }
}

function oneLine(message: string | undefined): string {
  return (message ?? '').replace(/\s+/g, ' ').trim()
}
