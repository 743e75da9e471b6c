import { Readable } from 'node:stream'
import { ListMetricsCommand } from '@aws-sdk/client-cloudwatch'
import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetRoleCommand } from '@aws-sdk/client-iam'
import { ListBucketsCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { limitAnswers } from '../../src/aws/answers.ts'
import type { AwsContext } from '../../src/aws/context.ts'
import { awsContext } from '../../src/aws/regions.ts'
import { systemClock } from '../../src/ui/io.ts'
import { type Behaviour, drip, flood, head, rawServer } from '../support/raw-server.ts'

const CALLS: Record<string, (cx: AwsContext) => Promise<unknown>> = {
  'iam:GetRole': (cx) => cx.aws.iam.send(new GetRoleCommand({ RoleName: 'x' })),
  's3:ListBuckets': (cx) => cx.aws.s3.send(new ListBucketsCommand({})),
  'logs:DescribeLogGroups': (cx) => cx.aws.logs.send(new DescribeLogGroupsCommand({})),
  'cloudwatch:ListMetrics': (cx) => cx.aws.cloudwatch.send(new ListMetricsCommand({})),
}

/** The error of a call to a server that behaves so, with limits that are soon reached. */
async function failure(
  call: (cx: AwsContext) => Promise<unknown>,
  behave: Behaviour,
  requestTimeoutMs: number,
): Promise<unknown> {
  const server = await rawServer(behave)
  const abort = new AbortController()
  const cx = { clock: systemClock, signal: abort.signal, emit: () => {} }
  try {
    const reach = awsContext(cx, {
      region: 'us-east-1',
      endpointUrl: server.url,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 2,
      requestTimeoutMs,
      mostAnswerBytes: 256 * 1024,
    })
    return await call(reach).then(
      () => 'it succeeded',
      (error: unknown) => error,
    )
  } finally {
    abort.abort()
    server.close()
  }
}

const SLOW = { code: 'TimeoutError', transient: true, message: expect.stringContaining('no answer in time') }
const BROKEN = { code: 'ECONNRESET', transient: true }
const FOREIGN = { code: 'MalformedAnswer', message: expect.stringContaining('the response is not one that AWS sends') }
const TOO_LONG = { code: 'AnswerTooLong', message: expect.stringContaining('larger than any that AWS sends') }

const SITUATIONS: [string, Behaviour, object][] = [
  ['takes the request and never answers', () => {}, SLOW],
  ['drips the head of its answer', (socket) => drip(socket, 'H'), {}],
  ['stops after the head', (socket) => socket.write(head('200 OK', { 'content-length': '10' })), SLOW],
  [
    'drips its answer',
    (socket) => {
      socket.write(head('200 OK', { 'content-length': '1000000' }))
      drip(socket, ' ')
    },
    SLOW,
  ],
  [
    'drips the answer to an error',
    (socket) => {
      socket.write(head('403 Forbidden', { 'content-length': '1000000' }))
      drip(socket, ' ')
    },
    SLOW,
  ],
  [
    'gives an answer without an end',
    (socket) => {
      socket.write(head())
      flood(socket, ' '.repeat(64 * 1024))
    },
    TOO_LONG,
  ],
  [
    'gives an error without an end',
    (socket) => {
      socket.write(head('500 Internal Server Error'))
      flood(socket, '<x/>'.repeat(16 * 1024))
    },
    TOO_LONG,
  ],
  [
    'gives a page of HTML without an end',
    (socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n\r\n')
      flood(socket, '<html>'.repeat(10_000))
    },
    FOREIGN,
  ],
  [
    'ends before the length that it gave',
    (socket) => socket.end(`${head('200 OK', { 'content-length': '100' })}{}`),
    BROKEN,
  ],
  [
    'stops before the length that it gave',
    (socket) => socket.write(`${head('200 OK', { 'content-length': '100' })}{}`),
    SLOW,
  ],
  [
    'ends inside a chunk',
    (socket) => socket.end(`${head('200 OK', { 'transfer-encoding': 'chunked' })}ff\r\n{}`),
    BROKEN,
  ],
  ['closes without an answer', (socket) => socket.end(), { transient: true }],
  [
    'gives something else than it says',
    (socket) => socket.end(`${head('200 OK', { 'content-length': '9' })}\x1f\x8b\x08\x00\x00\x00\x00\x00\x00`),
    {},
  ],
  ...(['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '308 Permanent Redirect'] as const).map(
    (status): [string, Behaviour, object] => [
      `redirects to itself (${status})`,
      (socket) => socket.end(head(status, { location: '/', 'content-length': '0' })),
      { message: expect.stringContaining(status.slice(0, 3)) },
    ],
  ),
]

describe.each(Object.keys(CALLS))('%s', (name) => {
  test.each(SITUATIONS)('of a server that %s fails by its name', async (what, behave, error) => {
    const call = CALLS[name]
    if (!call) throw new Error(name)
    // Only what never comes to an end has to wait for the limit; a busy machine must not run into it elsewhere.
    const endless = error === SLOW || what.startsWith('drips')
    expect(await failure(call, behave, endless ? 300 : 30_000)).toMatchObject({
      name: 'AppError',
      kind: 'aws',
      message: expect.stringContaining(`${name} failed: `),
      ...error,
    })
  })
})

describe('a limit of time', () => {
  const limits = { windowMs: 60_000, windowBytes: 8, wholeMs: 1, mostBytes: 64 }
  /** What a client is handed of an answer that comes in pieces, some time between them. */
  async function receive(commandName: string, of = limits): Promise<unknown> {
    type Handler = (args: unknown) => Promise<{ response: unknown }>
    const added: ((next: Handler, context: { commandName: string }) => Handler)[] = []
    const middlewareStack = { add: (middleware: (typeof added)[number]) => added.push(middleware) }
    limitAnswers({ middlewareStack }, 's3', of)
    const body = Readable.from(pieces(), { objectMode: false })
    const next = async () => ({ response: { statusCode: 200, body } })
    const result = await added[0]?.(next, { commandName })({})
    const chunks: Buffer[] = []
    const answer = result?.response as { body: Readable | Uint8Array }
    const got = answer.body
    for await (const chunk of got instanceof Uint8Array ? [got] : got) chunks.push(Buffer.from(chunk as Uint8Array))
    return Buffer.concat(chunks).toString()
  }
  async function* pieces() {
    for (let piece = 0; piece < 10; piece++) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield Buffer.from('0123456789')
    }
  }

  test('of the whole is none for an object that goes on coming, nor is one of length', async () => {
    expect(await receive('GetObjectCommand')).toBe('0123456789'.repeat(10))
  })

  test('of the whole ends any other answer', async () => {
    await expect(receive('ListBucketsCommand')).rejects.toMatchObject({ name: 'TimeoutError' })
  })

  test('ends an object that comes too slowly', async () => {
    const slow = receive('GetObjectCommand', { ...limits, windowMs: 20, windowBytes: 1_000 })
    await expect(slow).rejects.toMatchObject({ name: 'TimeoutError' })
  })
})
