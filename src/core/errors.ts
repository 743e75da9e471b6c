import { withoutGivenSecrets, withoutSecrets } from './secrets.ts'

/** The kinds of what goes wrong, each with the process's exit code (the contract that `--help` prints). */
export const EXIT_CODE = {
  failed: 1, // all other known failures
  aws: 1, // a call that AWS refused or that never got an answer
  blocked: 1, // something that is not ours stands in the way
  usage: 2, // a wrong flag, value or configuration file; the user mends it
  gate: 3, // a check the user asked for failed
  credentials: 4, // none, expired or refused by AWS
  partial: 5, // some of the work was done, some was not
  interrupted: 130, // the user stopped it
}
export type ErrorKind = keyof typeof EXIT_CODE

export interface AppErrorOptions {
  hint?: string | undefined
  /** Worth another try: a throttle, a time-out, a fault on the server's side. */
  transient?: boolean
  /** Whether what was asked for has been done is not known. */
  unsure?: boolean
  cause?: unknown
}

/** Why a file could not be read. The system's own message repeats the path and its names for calls. */
export function fileFault(error: unknown): string {
  const { code, message } = error as Error & { code?: string }
  return FILE_FAULTS.get(code ?? '') ?? code ?? message
}

const FILE_FAULTS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['ENOTDIR', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'its permissions do not allow reading it'],
])

/** The one error type of the program. Anything else that is thrown is a bug. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly kind: ErrorKind
  /** A stable name to script against: AWS's own error code where there is one. */
  readonly code: string
  readonly hint: string | undefined
  readonly transient: boolean
  readonly unsure: boolean

  constructor(kind: ErrorKind, code: string, message: string, options: AppErrorOptions = {}) {
    super(shown(kind, message), 'cause' in options ? { cause: options.cause } : undefined)
    this.kind = kind
    this.code = code
    this.hint = options.hint === undefined ? undefined : withoutSecrets(options.hint)
    this.transient = options.transient ?? false
    this.unsure = options.unsure ?? false
  }
}

/** What the user gave is quoted back to him, and may be a secret in the wrong place; it goes to terminals and logs of CI. */
function shown(kind: ErrorKind, message: string): string {
  return kind === 'usage' || kind === 'credentials' ? withoutGivenSecrets(message) : message
}

/** Tells by name, not by `instanceof`, which fails across realms (a jest sandbox, a second copy of a package). */
export function isAppError(error: unknown): error is AppError {
  return typeof error === 'object' && error !== null && (error as { name?: unknown }).name === 'AppError'
}

/** Any thrown value as an AppError; what was not one is kept as the cause and called a bug. */
export function toAppError(error: unknown): AppError {
  if (isAppError(error)) return error
  const message = error instanceof Error ? error.message : String(error)
  return new AppError('failed', 'InternalError', message, {
    cause: error,
    hint: 'this is a bug in bedrock-monitor: run it again with --debug and report what it prints',
  })
}

export function usageError(message: string, hint?: string): AppError {
  return new AppError('usage', 'InvalidUsage', message, { hint })
}

/** What is wrong at one place of a document, e.g. the configuration file; the path leads to it from the top. */
export interface Problem {
  path: readonly (string | number)[]
  message: string
  hint: string
}

/** The answer was no, or none, before anything was changed. It is the person's will and not a failure, and told as such. */
export function declined(): AppError {
  return new AppError('interrupted', 'Declined', 'Cancelled. Nothing changed.')
}

export function interrupted(): AppError {
  return new AppError('interrupted', 'Interrupted', 'interrupted', {
    hint: 'run the same command again',
  })
}
