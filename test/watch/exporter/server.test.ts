import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { OPEN_METRICS, PROMETHEUS_TEXT } from '../../../src/text/openmetrics.ts'
import { isLoopback, type Serving, serve, takesOpenMetrics } from '../../../src/watch/exporter/server.ts'

let serving: Serving
const page = { openMetrics: 'x 1\n# EOF\n', text: 'x 1\n' }

beforeEach(async () => {
  serving = await serve({ host: '127.0.0.1', port: 0 }, () => page)
})
afterEach(() => serving.close())

const at = (path: string) => new URL(path, serving.url)
const port = () => Number(at('/').port)

describe('addresses', () => {
  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.0.0.1.example.com', false],
  ])('%s is loopback: %s', (host, is) => {
    expect(isLoopback({ host, port: 1 })).toBe(is)
  })

  test('one that is taken is told by its name, with what to do', async () => {
    await expect(serve({ host: '127.0.0.1', port: port() }, () => page)).rejects.toMatchObject({
      code: 'EADDRINUSE',
      message: `cannot listen on 127.0.0.1:${port()}: it is in use`,
      hint: expect.stringContaining('--listen'),
    })
  })
})

describe('what is taken', () => {
  test.each([
    [
      'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
      true,
    ],
    ['application/openmetrics-text; version=1.0.0; q=0.2, text/plain', false],
    ['application/openmetrics-text;q=0', false],
    ['text/plain', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('%j: OpenMetrics is %s', (accept, open) => {
    expect(takesOpenMetrics(accept)).toBe(open)
  })
})

describe('answers', () => {
  test('metrics, in the form that is asked for', async () => {
    const text = await fetch(at('/metrics'))
    expect([text.status, text.headers.get('content-type'), await text.text()]).toEqual([
      200,
      PROMETHEUS_TEXT,
      page.text,
    ])
    const open = await fetch(at('/metrics?x=1'), { headers: { accept: 'application/openmetrics-text' } })
    expect([open.status, open.headers.get('content-type'), await open.text()]).toEqual([
      200,
      OPEN_METRICS,
      page.openMetrics,
    ])
  })

  test.each([
    ['GET', '/metrics', 403, expect.stringContaining('this machine'), { host: 'rebound.example.com' }],
    ['GET', '/metrics', 403, expect.stringContaining('origin'), { origin: 'https://example.com' }],
    ['GET', '/metrics', 403, expect.stringContaining('origin'), { 'sec-fetch-site': 'cross-site' }],
    ['GET', '/metrics', 200, 'x 1\n', { host: 'LOCALHOST:9', origin: 'http://localhost:9' }],
    ['GET', '/healthz', 200, 'ok\n', { host: '[::1]:9' }],
    ['HEAD', '/healthz', 200, ''],
    ['HEAD', '/metrics', 200, ''],
    ['GET', '/', 404, expect.stringContaining('/metrics')],
    ['GET', '/metrics/', 404, expect.anything()],
    ['GET', '//metrics', 404, expect.anything()],
    ['POST', '/metrics', 405, expect.anything()],
    ['DELETE', '/healthz', 405, expect.anything()],
  ] as [string, string, number, unknown, Record<string, string>?][])('%s %s: %i', async (...row) => {
    const [method, path, status, body, headers = {}] = row
    const answer = await new Promise<{ status?: number; body: string; length?: string }>((resolve, reject) => {
      httpRequest({ host: '127.0.0.1', port: port(), method, path, headers }, (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text
        })
        const { statusCode: status = 0, headers } = response
        response.on('end', () => resolve({ status, body, length: headers['content-length'] ?? '' }))
      })
        .on('error', reject)
        .end()
    })
    expect(answer).toMatchObject({ status, body })
    if (method === 'HEAD') expect(Number(answer.length)).toBeGreaterThan(0)
  })
})

describe('hostile clients', () => {
  const open = async (): Promise<Socket> => {
    const socket = connect(port(), '127.0.0.1')
    socket.on('error', () => {})
    await new Promise((resolve) => socket.once('connect', resolve))
    return socket
  }
  const ended = (socket: Socket) =>
    new Promise<string>((resolve) => {
      let text = ''
      socket.on('data', (data) => {
        text += data.toString('latin1')
      })
      socket.on('close', () => resolve(text))
    })

  test.each([
    ['no HTTP at all', '\x16\x03\x01\x02\x00garbage\r\n\r\n', /^HTTP\/1\.1 400 /],
    [
      'endless headers',
      `GET /metrics HTTP/1.1\r\nhost: localhost\r\nx: ${'a'.repeat(40_000)}\r\n\r\n`,
      /^HTTP\/1\.1 431 /,
    ],
    [
      'a body that nobody asked for',
      `POST /metrics HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000000000\r\n\r\n`,
      /^HTTP\/1\.1 405 /,
    ],
  ])('%s', async (_, sent, answer) => {
    const socket = await open()
    const text = ended(socket)
    socket.write(sent, 'latin1')
    expect(await text).toMatch(answer)
    expect(await (await fetch(at('/healthz'))).text()).toBe('ok\n')
  })

  test('many idle connections keep none away for good, and end with the server', async () => {
    const idle = await Promise.all(Array.from({ length: 90 }, open))
    expect((await fetch(at('/healthz'))).status).toBe(200)
    const all = idle.map(ended)
    await serving.close()
    await Promise.all(all)
    serving = await serve({ host: '127.0.0.1', port: 0 }, () => page)
  })
})
