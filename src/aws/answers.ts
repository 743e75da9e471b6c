import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'
import { type CallName, NOT_AWS } from './errors.ts'
import type { SdkError } from './fault.ts'
import type { Stack } from './raw-json.ts'
import { type CommandSchema, type Oddity, oddityOf } from './shape.ts'

/** Every answer of AWS carries one of these, as do those of the servers that stand in for it. */
const REQUEST_ID_HEADERS = ['x-amzn-requestid', 'x-amz-request-id', 'x-amzn-request-id']

interface HttpAnswer {
  statusCode?: number
  headers?: Record<string, string>
  /** A stream, and bytes once it has been read as a whole. */
  body?: Uint8Array | Readable
}

interface CommandContext {
  commandName?: string
  __smithy_context?: { operationSchema?: CommandSchema }
}

/** Makes a client refuse answers that are not from AWS, such as the sign-in page of a network or the way to it, unread. */
export function refuseForeignAnswers(client: { middlewareStack: unknown }): void {
  const stack = client.middlewareStack as Stack<CommandContext>
  stack.add(
    (next) => async (args) => {
      const result = await next(args)
      const answer = result.response as HttpAnswer
      if (isForeign(answer)) {
        // What nobody reads would keep its connection, and may have no end.
        if (answer.body && 'destroy' in answer.body) answer.body.destroy()
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
  const stack = client.middlewareStack as Stack<CommandContext>
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

/** Whether an answer of success, or one that leads elsewhere, cannot be one of AWS. */
function isForeign({ statusCode = 0, headers = {} }: HttpAnswer): boolean {
  return statusCode >= 200 && statusCode <= 399 && !REQUEST_ID_HEADERS.some((name) => headers[name])
}

/** The error for an answer of success that is none. It says nothing of what was in it. */
function malformed({ statusCode = 200, headers = {} }: HttpAnswer, oddity: Oddity = 'shape'): Error {
  const known: SdkError = { $response: { statusCode, headers }, $metadata: { httpStatusCode: statusCode } }
  if (oddity !== 'shape') known.lacks = oddity.lacks
  return Object.assign(new Error('not an answer of AWS'), known)
}

/** What an answer may take of time and memory, once it has begun. */
export interface AnswerLimits {
  /** Milliseconds of waiting within which `windowBytes` have to come, or the end. */
  windowMs: number
  windowBytes: number
  /** Milliseconds after which an answer has to be whole. An object of S3 takes as long as it goes on. */
  wholeMs: number
  /** The most bytes of an answer that is read as a whole: all but the objects of S3. */
  mostBytes: number
}

/** The largest answers are those with 100,800 points of metrics: up to 10 MB where they come as XML. */
const MOST_BYTES = 32 * 2 ** 20
/** Some 270 bytes a second: slower than any line, faster than what only keeps a connection busy. */
const WINDOW_BYTES = 8 * 2 ** 10

/** @param silenceMs after so long without an answer a request has failed */
export function answerLimits(silenceMs: number, mostBytes = MOST_BYTES): AnswerLimits {
  return { windowMs: silenceMs, windowBytes: WINDOW_BYTES, wholeMs: 4 * silenceMs, mostBytes }
}

/**
 * Makes a client give up on answers that drip, stop, or never end. Its own time-outs know only of the wait for an answer and
 * of silence within it: a byte now and then keeps a call open for ever, and what is read has no bound.
 */
export function limitAnswers(client: { middlewareStack: unknown }, service: string, limits: AnswerLimits): void {
  const stack = client.middlewareStack as Stack<CommandContext>
  stack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const result = await next(args)
        const answer = result.response as HttpAnswer
        if (!(answer.body instanceof Readable)) return result
        const isObject = commandName === 'GetObjectCommand' && (answer.statusCode ?? 0) < 300
        if (isObject) answer.body = Readable.from(paced(answer.body, { ...limits, wholeMs: Infinity }), BYTES)
        else answer.body = await whole(answer.body, { service, operation: commandName.replace(/Command$/, '') }, limits)
        return result
      },
    { step: 'deserialize', priority: 'low', name: 'limitAnswers' },
  )
}

const BYTES = { objectMode: false }

/** All of an answer. Throws an `AppError` for one that is longer than any of AWS's. */
async function whole(body: Readable, { service, operation }: CallName, limits: AnswerLimits): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of paced(body, limits)) {
    bytes += chunk.length
    if (bytes > limits.mostBytes) {
      const message = `${service}:${operation} failed: the response is larger than any that AWS sends: more than ${limits.mostBytes} bytes`
      throw new AppError('aws', 'AnswerTooLong', message, { hint: NOT_AWS })
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** The chunks as they come. What counts is the time that they are waited for: whoever reads may take as long as they like. */
async function* paced(
  body: Readable,
  { windowMs, windowBytes, wholeMs }: Omit<AnswerLimits, 'mostBytes'>,
): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let left = wholeMs
  let leftOfWindow = windowMs
  let bytes = 0
  try {
    for (;;) {
      const began = performance.now()
      const { done, value } = await within(chunks.next(), Math.min(left, leftOfWindow))
      if (done) return
      const waited = performance.now() - began
      left -= waited
      leftOfWindow -= waited
      bytes += value.length
      if (bytes >= windowBytes) {
        bytes = 0
        leftOfWindow = windowMs
      }
      yield value
    }
  } catch (error) {
    throw isCut(error) ? broken() : error
  } finally {
    body.destroy()
  }
}

/** Rejects where it takes longer, with what is known as a fault of the network. */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  // Whoever has given up on it hears no more of it.
  work.catch(() => {})
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow()), Math.min(Math.max(0, ms), LONGEST_TIMER_MS))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

function tooSlow(): Error {
  const known = { name: 'TimeoutError', code: 'ETIMEDOUT' }
  return Object.assign(new Error('the answer stopped, or comes too slowly'), known)
}

/** What Node says of a connection that ended before its answer. */
function isCut(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE'
}

function broken(): Error {
  return Object.assign(new Error('the connection broke inside the answer'), { code: 'ECONNRESET' })
}
