/** The decoded members of a request, in the JS SDK's own shape: times as Date, blobs as Uint8Array. */
export type Input = Record<string, unknown>

/** Who calls, where and when: what a service knows of a request besides its members. */
export interface Call {
  /** The account that the credentials are of. */
  readonly account: string
  /** The session of an assumed role that calls, by its access key. */
  readonly session?: string
  /** The Region of the credential scope of the request's signature. */
  readonly region: string
  /** Milliseconds since the epoch on the sandbox's clock. */
  readonly now: number
}

/** Output members in the SDK's own shape, if there are any. */
// biome-ignore lint/suspicious/noConfusingVoidType: an operation without an answer has no return
export type Output = object | void | Promise<object>

/** Answers one operation; each takes the members of its own input. Throws `AwsFault` and nothing else. */
export type Operation = { answer(input: object, call: Call): Output }['answer']

export const SERVICE_IDS = [
  'sts',
  'iam',
  's3',
  'cloudwatch',
  'logs',
  'bedrock',
  'sns',
  'pricing',
  'kms',
  'budgets',
  'exports',
  'glue',
  'athena',
  'quotas',
  'organizations',
  'ce',
] as const

export type ServiceId = (typeof SERVICE_IDS)[number]

/** One AWS service: a plain object with its state in memory. */
export interface Service {
  readonly id: ServiceId
  /** By operation name as in the service's model: `CreateRole`. */
  readonly operations: Record<string, Operation>
}

/** A way to make errors of one code. @param wording what is said of what is handed in; by default that itself */
export const faultOf =
  (code: string, status = 400, wording = (message: string) => message) =>
  (message = ''): AwsFault =>
    new AwsFault(code, wording(message), status)

/** What an operation refuses with: the service's own error code and HTTP status, as its callers see them. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault'
  readonly code: string
  readonly status: number
  /** Further members of the error's shape, or for S3 of its `Error` element. */
  readonly members: Record<string, unknown>
  /** Headers that go with the error (S3's `x-amz-bucket-region`). */
  readonly headers: Record<string, string>

  constructor(
    code: string,
    message: string,
    status = 400,
    members: Record<string, unknown> = {},
    headers: Record<string, string> = {},
  ) {
    super(message)
    this.code = code
    this.status = status
    this.members = members
    this.headers = headers
  }
}
