import { performance } from 'node:perf_hooks'
import { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'
import { NOT_AWS, type SdkError } from './fault.ts'
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

interface WithStack {
  middlewareStack: unknown
}

/** Lets a client look at each answer, as it came or (`parsed`) once the SDK has read it. */
function onAnswer(
  client: WithStack,
  name: string,
  look: (answer: HttpAnswer, context: CommandContext, output: unknown) => unknown,
  { parsed = false } = {},
): void {
  const stack = client.middlewareStack as Stack<CommandContext>
  stack.add(
    (next, context) => async (args) => {
      const result = await next(args)
      await look(result.response as HttpAnswer, context, result.output)
      return result
    },
    { step: 'deserialize', priority: parsed ? 'high' : 'low', name },
  )
}

/** Makes a client refuse answers that are not from AWS, such as the sign-in page of a network or the way to it, unread. */
export function refuseForeignAnswers(client: WithStack): void {
  onAnswer(client, 'refuseForeignAnswers', ({ statusCode = 0, headers = {}, body }) => {
    const isOfSuccess = statusCode >= 200 && statusCode <= 399
    if (!isOfSuccess || REQUEST_ID_HEADERS.some((name) => headers[name])) return
    // What nobody reads would keep its connection, and may have no end.
    if (body && 'destroy' in body) body.destroy()
    throw malformed({ statusCode, headers })
  })
}

/**
 * Makes a client refuse answers of success that say nothing: what is not there would count as not existing. Added before the bounds of
 * answers, so that it gets them as bytes.
 */
export function refuseOddAnswers(client: WithStack): void {
  // S3's client makes a stream of a body again; the bytes are kept for as long as their answer.
  const bodies = new WeakMap<object, Uint8Array>()
  onAnswer(client, 'keepBytes', (answer) => {
    if (answer.body instanceof Uint8Array) bodies.set(answer, answer.body)
  })
  onAnswer(
    client,
    'refuseOddAnswers',
    (answer, { __smithy_context: known }, output) => {
      const oddity = oddityOf({ schema: known?.operationSchema }, { output, body: bodies.get(answer) })
      if (oddity) throw malformed({}, oddity)
    },
    { parsed: true },
  )
}

/** A command's answer as it came, once it was sent, members that the SDK does not know included; undefined where it is no JSON. */
export function wholeAnswer(command: WithStack): () => unknown {
  let text = ''
  const keep = ({ body }: HttpAnswer) => {
    // Read as a whole by then, and within its bounds.
    if (body instanceof Uint8Array) text = Buffer.from(body).toString('utf8')
  }
  onAnswer(command, 'wholeAnswer', keep, { parsed: true })
  return () => {
    try {
      return JSON.parse(text)
    } catch {
      return undefined
    }
  }
}

/** It says nothing of what was in the answer. */
function malformed({ statusCode = 200, headers = {} }: HttpAnswer, oddity: Oddity = 'shape'): Error {
  const known: SdkError = { $response: { statusCode, headers }, $metadata: { httpStatusCode: statusCode } }
  return Object.assign(new Error('not an answer of AWS'), known, oddity !== 'shape' && oddity)
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

/** Makes a client give up on answers that drip, stop, or never end: its own time-outs know of silence alone. */
export function limitAnswers(client: WithStack, service: string, limits: AnswerLimits): void {
  onAnswer(client, 'limitAnswers', async (answer, { commandName = '' }) => {
    if (!(answer.body instanceof Readable)) return
    const isObject = commandName === 'GetObjectCommand' && (answer.statusCode ?? 0) < 300
    const bytes = paced(answer.body, isObject ? { ...limits, wholeMs: Infinity } : limits)
    if (isObject) answer.body = Readable.from(bytes, { objectMode: false })
    else answer.body = await whole(bytes, `${service}:${commandName.replace(/Command$/, '')}`, limits.mostBytes)
  })
}

async function whole(body: AsyncIterable<Uint8Array>, call: string, most: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > most) {
      const message = `${call} failed: the response is larger than any that AWS sends: more than ${most} bytes`
      throw new AppError('aws', 'AnswerTooLong', message, { hint: NOT_AWS })
    }
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

/** The chunks as they come. What counts is the time that they are waited for: whoever reads may take as long as they like. */
async function* paced(body: Readable, limits: AnswerLimits): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let left = limits.wholeMs
  let window = { ms: limits.windowMs, bytes: 0 }
  try {
    for (;;) {
      const began = performance.now()
      const { done, value } = await within(chunks.next(), Math.min(left, window.ms))
      if (done) return
      const waited = performance.now() - began
      left -= waited
      window = { ms: window.ms - waited, bytes: window.bytes + value.length }
      if (window.bytes >= limits.windowBytes) window = { ms: limits.windowMs, bytes: 0 }
      yield value
    }
  } catch (error) {
    // What Node says of a connection that ended before its answer.
    const isCut = ['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes((error as NodeJS.ErrnoException).code ?? '')
    throw isCut
      ? Object.assign(new Error('the connection broke in the middle of the response'), { code: 'ECONNRESET' })
      : error
  } finally {
    body.destroy()
  }
}

const LONGEST_TIMER_MS = 2 ** 31 - 1

/** Rejects where it takes longer, with what is known as a fault of the network. */
async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  // Whoever has given up on it hears no more of it.
  work.catch(() => {})
  const tooSlow = { name: 'TimeoutError', code: 'ETIMEDOUT' }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(Object.assign(new Error('the response stopped, or arrives too slowly'), tooSlow))
    timer = setTimeout(giveUp, Math.min(Math.max(0, ms), LONGEST_TIMER_MS))
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
