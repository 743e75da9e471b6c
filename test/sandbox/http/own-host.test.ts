import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'

let sandbox: Sandbox
beforeAll(async () => {
  sandbox = await startSandbox()
})
afterAll(() => sandbox.close())

/** What a request that would be answered otherwise gets: the status, and whether the sandbox took note of it. */
async function ask(headers: Record<string, string>, method = 'POST') {
  const { port } = new URL(sandbox.url)
  sandbox.calls.length = 0
  const filled = Object.entries(headers).map(([name, value]) => [name, value.replace('PORT', port)])
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const asking = request(sandbox.url, {
      method,
      setHost: false,
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=A/20261123/us-east-1/sts/aws4_request, Signature=x',
        'content-type': 'application/x-www-form-urlencoded',
        ...Object.fromEntries(filled),
      },
    })
    asking.on('error', reject)
    asking.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asking.end(method === 'POST' ? 'Action=GetCallerIdentity&Version=2011-06-15' : undefined)
  })
  return [status, sandbox.calls.length]
}

test.each<[string, Record<string, string>]>([
  ['its address', { host: '127.0.0.1:PORT' }],
  ['localhost', { host: 'localhost:PORT' }],
  ['localhost in capitals', { host: 'LOCALHOST:PORT' }],
  ['its address in IPv6', { host: '[::1]:PORT' }],
  ['its own origin', { host: '127.0.0.1:PORT', origin: 'http://127.0.0.1:PORT' }],
  ['a browser, of its own page', { host: '127.0.0.1:PORT', 'sec-fetch-site': 'same-origin' }],
])('a request under %s is answered', async (_, headers) => {
  expect(await ask(headers)).toEqual([200, 1])
})

test.each<[string, Record<string, string>]>([
  ["a stranger's name", { host: 'rebound.example.com:PORT' }],
  ["a stranger's name that begins like its own", { host: '127.0.0.1.example.com:PORT' }],
  ["a stranger's name that ends like its own", { host: 'evil-localhost:PORT' }],
  ['its address without the port', { host: '127.0.0.1' }],
  ['another port', { host: '127.0.0.1:1' }],
  ['another address', { host: '0.0.0.0:PORT' }],
  ['an empty name', { host: '' }],
  ['a foreign origin', { host: '127.0.0.1:PORT', origin: 'https://example.com' }],
  ['an origin of another port', { host: '127.0.0.1:PORT', origin: 'http://127.0.0.1:1' }],
  ['an origin that is its own over TLS', { host: '127.0.0.1:PORT', origin: 'https://127.0.0.1:PORT' }],
  ['an origin that is hidden', { host: '127.0.0.1:PORT', origin: 'null' }],
  ['a page of another site that names no origin', { host: '127.0.0.1:PORT', 'sec-fetch-site': 'cross-site' }],
])('a request under %s is refused, and nothing is done', async (_, headers) => {
  expect(await ask(headers)).toEqual([403, 0])
})

test('what a browser asks beforehand is refused, too', async () => {
  const headers = { host: '127.0.0.1:PORT', origin: 'https://example.com', 'access-control-request-method': 'PUT' }
  expect(await ask(headers, 'OPTIONS')).toEqual([403, 0])
})
