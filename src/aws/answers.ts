import type { SdkError } from './fault.ts'
import { type CommandSchema, type Oddity, oddityOf } from './shape.ts'

/** Every answer of AWS carries one of these, as do those of the servers that stand in for it. */
const REQUEST_ID_HEADERS = ['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id']

interface HttpAnswer {
  statusCode?: number
  headers?: Record<string, string>
  /** Bytes, once it has been read as a whole. */
  body?: Uint8Array | { destroy?(): void }
}

type Handler = (args: unknown) => Promise<{ response: unknown; output?: unknown }>

/** The part of a client's middleware that is used here. */
interface Stack {
  add(
    middleware: (next: Handler, context: { __smithy_context?: { operationSchema?: CommandSchema } }) => Handler,
    options: { step: 'deserialize'; priority: 'low' | 'high'; name: string },
  ): void
}

/** Makes a client refuse answers of success that are not from AWS, such as the sign-in page of a network, unread. */
export function refuseForeignAnswers(client: { middlewareStack: unknown }): void {
  const stack = client.middlewareStack as Stack
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      const answer = result.response as HttpAnswer
      if (isForeign(answer)) {
        // What nobody reads would keep its connection, and may have no end.
        if (answer.body && 'destroy' in answer.body) answer.body.destroy?.()
        throw malformed(answer)
      }
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'refuseForeignAnswers' },
  )
}

/**
 * Makes a client refuse answers of success that say nothing, or nothing that the operation can answer: what is not there would
 * count as not existing. Added before the bounds of answers, so that it gets them as bytes.
 */
export function refuseOddAnswers(client: { middlewareStack: unknown }): void {
  const stack = client.middlewareStack as Stack
  // S3's client makes a stream of a body again; the bytes are kept for as long as their answer.
  const bodies = new WeakMap<object, Uint8Array>()
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      const answer = result.response as HttpAnswer
      if (answer.body instanceof Uint8Array) bodies.set(answer, answer.body)
      return result
    },
    { step: 'deserialize', priority: 'low', name: 'keepBytes' },
  )
  stack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      const received = { output: result.output, body: bodies.get(result.response as HttpAnswer) }
      const oddity = oddityOf({ schema: context.__smithy_context?.operationSchema }, received)
      if (oddity) throw malformed({}, oddity)
      return result
    },
    { step: 'deserialize', priority: 'high', name: 'refuseOddAnswers' },
  )
}

/** Whether an answer of success cannot be one of AWS. */
function isForeign({ statusCode = 0, headers = {} }: HttpAnswer): boolean {
  return statusCode >= 200 && statusCode <= 299 && !REQUEST_ID_HEADERS.some((name) => headers[name])
}

/** The error for an answer of success that is none. It says nothing of what was in it. */
function malformed({ statusCode = 200, headers = {} }: HttpAnswer, oddity: Oddity = 'shape'): Error {
  const known: SdkError = { $response: { statusCode, headers }, $metadata: { httpStatusCode: statusCode } }
  if (oddity !== 'shape') known.lacks = oddity.lacks
  return Object.assign(new Error('not an answer of AWS'), known)
}
