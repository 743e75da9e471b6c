import { describe, expect, test } from '@jest/globals'
import { awsContext } from '../../../../src/aws/regions.ts'
import { readObject } from '../../../../src/report/sources/s3/fetch.ts'
import { systemClock } from '../../../../src/ui/io.ts'
import { type Behaviour, drip, flood, head, rawServer } from '../../../support/raw-server.ts'

const OBJECT = Buffer.from(Array.from({ length: 5_000 }, (_, line) => `line ${line}\n`).join(''))
const SIZE = OBJECT.length

/** Answers the tries one after the other in these ways, and all further ones in the last. */
function inTurn(...ways: Behaviour[]): { behave: Behaviour; ranges: (string | undefined)[] } {
  const ranges: (string | undefined)[] = []
  return {
    ranges,
    behave(socket, request) {
      const way = ways[Math.min(ranges.length, ways.length - 1)]
      ranges.push(/^range: (\S+)/im.exec(request)?.[1])
      way?.(socket, request)
    },
  }
}

const from = (request: string) => Number(/^range: bytes=(\d+)-/im.exec(request)?.[1] ?? 0)

/** Answers what is asked for, up to `end`, and then does `then` to the connection. */
const upTo =
  (end: number, then: (socket: Parameters<Behaviour>[0]) => void): Behaviour =>
  (socket, request) => {
    const start = from(request)
    const range = { 'content-range': `bytes ${start}-${SIZE - 1}/${SIZE}` }
    const length = { 'content-length': `${SIZE - start}`, etag: '"v1"' }
    socket.write(start > 0 ? head('206 Partial Content', { ...length, ...range }) : head('200 OK', length))
    socket.write(OBJECT.subarray(start, end), () => setTimeout(() => then(socket), 5))
  }
const whole = upTo(SIZE, () => {})
const chunked =
  (pieces: readonly (Buffer | string)[]): Behaviour =>
  (socket) => {
    socket.write(head('200 OK', { 'transfer-encoding': 'chunked' }))
    for (const piece of pieces) socket.write(`${piece.length.toString(16)}\r\n${piece}\r\n`)
    socket.write('0\r\n\r\n')
  }

async function read(behave: Behaviour, { size = SIZE, requestTimeoutMs = 30_000 } = {}): Promise<string> {
  const server = await rawServer(behave)
  const abort = new AbortController()
  const clock = { now: systemClock.now, sleep: async () => {} }
  try {
    const cx = awsContext(
      { clock, signal: abort.signal, emit: () => {} },
      {
        region: 'us-east-1',
        endpointUrl: server.url,
        credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
        requestTimeoutMs,
      },
    )
    const chunks: Uint8Array[] = []
    for await (const chunk of readObject(cx, { bucket: 'logs', owner: '111122223333' }, { key: 'k', size }))
      chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  } finally {
    abort.abort()
    server.close()
  }
}

describe('an object whose connection breaks', () => {
  test('is asked for what is missing of the same version, and comes whole', async () => {
    const cut = upTo(20_000, (socket) => socket.destroy())
    const { behave, ranges } = inTurn(
      cut,
      upTo(30_000, (socket) => socket.destroy()),
      whole,
    )
    expect(await read(behave)).toBe(OBJECT.toString())
    expect(ranges).toEqual([undefined, 'bytes=20000-', 'bytes=30000-'])
  })

  test('comes whole from a server that knows no ranges', async () => {
    const { behave } = inTurn(
      upTo(20_000, (socket) => socket.destroy()),
      (socket) => socket.write(Buffer.concat([Buffer.from(head('200 OK', { 'content-length': `${SIZE}` })), OBJECT])),
    )
    expect(await read(behave)).toBe(OBJECT.toString())
  })

  test('or stops comes whole all the same', async () => {
    const { behave } = inTurn(
      upTo(20_000, () => {}),
      whole,
    )
    expect(await read(behave, { requestTimeoutMs: 1_000 })).toBe(OBJECT.toString())
  })

  test('or ends too early, in good form, is asked for the rest', async () => {
    const { behave } = inTurn(chunked([OBJECT.subarray(0, 20_000)]), whole)
    expect(await read(behave)).toBe(OBJECT.toString())
  })

  test('at the same place again and again fails, by the place', async () => {
    const { behave, ranges } = inTurn(upTo(20_000, (socket) => socket.destroy()))
    await expect(read(behave)).rejects.toMatchObject({
      code: 'ObjectBroken',
      message: `its connection broke at byte 20000 of ${SIZE}, 5 times on end`,
    })
    expect(ranges.length).toBeLessThan(10)
  })

  test('or drips fails, as too slow', async () => {
    const { behave } = inTurn(upTo(10, (socket) => drip(socket, 'x', 50)))
    await expect(read(behave, { requestTimeoutMs: 1_000 })).rejects.toMatchObject({
      code: 'ObjectBroken',
      message: expect.stringContaining('it came too slowly'),
    })
  })
})

describe('a body that is not as long as the listing says', () => {
  test.each<[string, Behaviour]>([
    ['shorter', (socket) => socket.write(`${head('200 OK', { 'content-length': '5' })}hello`)],
    ['longer', (socket) => socket.write(`${head('200 OK', { 'content-length': `${SIZE * 2}` })}hello`)],
    [
      'longer without an end',
      (socket) => {
        socket.write(head('200 OK'))
        flood(socket, 'x'.repeat(64 * 1024))
      },
    ],
  ])('%s: fails', async (_, behave) => {
    await expect(read(behave)).rejects.toMatchObject({ code: 'WrongLength', kind: 'failed' })
  })

  test('longer, without a length, is what a server in between has unpacked', async () => {
    expect(await read(chunked([OBJECT]), { size: 100 })).toBe(OBJECT.toString())
  })
})
