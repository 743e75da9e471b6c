import { afterEach, describe, expect, test } from '@jest/globals'
import { connectionOf } from '../../src/aws/connection.ts'
import { parseSharedFiles } from '../../src/aws/shared-files.ts'
import type { Context } from '../../src/core/context.ts'
import type { Event } from '../../src/core/events.ts'
import { addressesOf } from '../../src/notify/address.ts'
import { sendAll } from '../../src/notify/send.ts'
import { rawServer } from '../support/raw-server.ts'
import { type Reply, webhook } from '../support/webhook.ts'

const MESSAGE = {
  title: 'Amazon Bedrock: $12.30, last 24 h',
  ok: true,
  lines: ['Most expensive: nova-pro $12.30'],
  id: 'b6b0cbd5-6d5e-4c43-9f0e-5e5c5d8f3c11',
  command: 'report',
  sentAt: '2026-11-29T06:00:00.000Z',
}
const SECRET = 'T0AB/B0CD/sEcReT'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function hook(...replies: Reply[]) {
  const server = await webhook(...replies)
  closing.push(server.close)
  return server
}

/** Waiting takes no time, and is counted. */
function waiting() {
  let now = 0
  const events: Event[] = []
  const cx: Context = {
    clock: {
      now: () => now,
      sleep: async (ms) => {
        now += ms
      },
    },
    signal: new AbortController().signal,
    emit: (event) => events.push(event),
  }
  return { cx, events, waited: () => now }
}

async function send(addresses: string | string[], env: Record<string, string> = {}, requestTimeoutMs = 5_000) {
  const { cx, events, waited } = waiting()
  const connection = connectionOf({ env, files: parseSharedFiles('', ''), readText: async () => '' })
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' }
  const to = addressesOf([addresses].flat(), {})
  const errors = await sendAll(cx, to, MESSAGE, { connection, credentials, requestTimeoutMs })
  return { error: errors[0], errors, events, waited: waited() }
}

describe('a message arrives once', () => {
  test.each<[string, Reply[], number]>([
    ['at once', [], 1],
    ['after throttling', [429, 429], 3],
    ['after a fault that the server owns up to', [500, { status: 503 }], 3],
    ['where any status of success is answered', [204], 1],
    ['where the answer never ends', ['endless'], 1],
  ])('%s', async (_title, replies, posts) => {
    const server = await hook(...replies)
    expect((await send(`slack:${server.url}/${SECRET}`)).error).toBeUndefined()
    expect(server.got).toHaveLength(posts)
    expect(new Set(server.got.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([MESSAGE.id]))
    expect(new Set(server.got.map(({ body }) => body)).size).toBe(1)
  })

  test('no sooner than the server asks for', async () => {
    const server = await hook({ status: 429, headers: { 'retry-after': '30' } })
    const { error, waited } = await send(`https:${server.url}/`)
    expect(error).toBeUndefined()
    expect(waited).toBeGreaterThanOrEqual(30_000)
  })

  test.each<[string, Reply]>([
    ['a gateway that does not know', 502],
    ['a gateway that got no answer', 504],
    ['a connection that broke', 'reset'],
    ['no answer in time', 'silence'],
    ['an answer that is not HTTP', 'garbage'],
  ])('or may have: after %s it is not sent again', async (_title, reply) => {
    const server = await hook(reply)
    const { error } = await send(`slack:${server.url}/${SECRET}`, {}, 2_000)
    expect(server.got).toHaveLength(1)
    expect(error?.kind).toBe('partial')
    expect(error?.message).toContain('whether it has arrived is not known, so it was not sent again')
  })

  test.each<[number, string]>([
    [302, 'none is followed'],
    [400, 'may have been revoked'],
    [403, 'may have been revoked'],
    [404, 'may have been revoked'],
    [410, 'may have been revoked'],
    [405, 'it is reached, and does not take this message'],
    [408, 'run it again later'],
    [413, 'it is reached, and does not take this message'],
    [422, 'it is reached, and does not take this message'],
  ])('or is refused: %i is no reason to try again', async (status, hint) => {
    const server = await hook({ status, headers: { location: 'http://127.0.0.1:1/' } })
    const { error } = await send(`teams:${server.url}/${SECRET}`)
    expect(server.got).toHaveLength(1)
    expect(error?.message).toMatch(new RegExp(`^could not notify Teams \\(127\\.0\\.0\\.1:\\d+\\): HTTP ${status}$`))
    expect(error?.hint).toContain(hint)
  })

  test('and a server that goes on throttling is left within a minute', async () => {
    const server = await hook(...Array<Reply>(200).fill({ status: 429, headers: { 'retry-after': '7' } }))
    const { error, waited } = await send(`slack:${server.url}/`)
    expect(error?.message).toContain('HTTP 429')
    expect(waited).toBeLessThanOrEqual(60_000)
    expect(server.got.length).toBeLessThan(12)
  })

  test.each(['-5', 'soon', '', '1e9', '0'])(
    'nor is it asked all the time where it says Retry-After: %s',
    async (said) => {
      const server = await hook(...Array<Reply>(200).fill({ status: 429, headers: { 'retry-after': said } }))
      expect((await send(`slack:${server.url}/`)).error?.message).toContain('HTTP 429')
      expect(server.got).toHaveLength(10)
    },
  )
})

test('each address that is not reached has an error and a hint of its own', async () => {
  const [gone, moved, well] = [await hook(404), await hook(302), await hook()]
  const { errors } = await send([`slack:${gone.url}/`, `https:${well.url}/`, `teams:${moved.url}/`])
  expect(errors.map(({ message, hint }) => [message, hint])).toEqual([
    [expect.stringMatching(/^could not notify Slack .*: HTTP 404$/), expect.stringContaining('revoked')],
    [expect.stringMatching(/^could not notify Teams .*: HTTP 302$/), expect.stringContaining('none is followed')],
  ])
})

test('a service that goes on throttling is busy: its URL is not what is wrong', async () => {
  const server = await hook({ status: 429, headers: { 'retry-after': '999999' } })
  expect((await send(`slack:${server.url}/`)).error?.hint).toBe('the service is busy or down: run it again later')
  expect(server.got).toHaveLength(1)
})

test('Slack’s word for what is wrong is told, and nothing else that a server says', async () => {
  const told = await hook({ status: 403, body: 'invalid_token' }, { status: 400, body: `no ${SECRET}` })
  expect((await send(`slack:${told.url}/${SECRET}`)).error?.message).toContain('HTTP 403, invalid_token')
  expect((await send(`slack:${told.url}/${SECRET}`)).error?.message).not.toContain('B0CD')
})

test('no error, hint, cause, stack or event holds more of a URL than its host', async () => {
  const server = await hook('reset', 404, 500, 400)
  const dead = await hook()
  dead.close()
  for (const url of [server.url, server.url, server.url, dead.url, 'https://127.0.0.1:1']) {
    const { error, events } = await send(`https:${url}/${SECRET}?sig=${SECRET}`)
    const { message, hint, stack, cause } = error ?? { message: '' }
    expect([message, hint, stack, cause, JSON.stringify(events)].join()).not.toContain('B0CD')
    expect(events).toContainEqual(expect.objectContaining({ type: 'call', service: 'https', operation: 'Post' }))
  }
})

test('an answer without an end is not read to it', async () => {
  const endless = await rawServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n')
    const more = () => {
      while (!socket.destroyed && socket.write('x'.repeat(65_536))) {}
    }
    socket.on('drain', more)
    more()
  })
  closing.push(endless.close)
  expect((await send(`https:${endless.url}/`)).error).toBeUndefined()
})

test('https goes through the proxy of HTTPS_PROXY, which sees the host alone', async () => {
  const seen: string[] = []
  const proxy = await rawServer((socket, request) => {
    seen.push(request)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  closing.push(proxy.close)
  const { error } = await send(`slack:https://hooks.slack.com/services/${SECRET}`, { HTTPS_PROXY: proxy.url })
  expect(seen[0]).toMatch(/^CONNECT hooks\.slack\.com:443 /)
  expect(seen.join()).not.toContain('B0CD')
  expect(error?.message).toContain('ProxyRefused')
})

test('a topic that is FIFO drops copies by their id, so a lost answer is asked for again', async () => {
  const answer =
    '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>'
  const ok = { status: 200, headers: { 'content-type': 'text/xml', 'x-amzn-requestid': '1' }, body: answer }
  const sns = await hook('reset', ok)
  const { error } = await send('sns:arn:aws:sns:us-east-1:111122223333:daily.fifo', { AWS_ENDPOINT_URL_SNS: sns.url })
  expect(error).toBeUndefined()
  expect(sns.got).toHaveLength(2)
  for (const { body } of sns.got) {
    expect(Object.fromEntries(new URLSearchParams(body))).toMatchObject({
      Action: 'Publish',
      MessageGroupId: 'bedrock-monitor',
      MessageDeduplicationId: MESSAGE.id,
    })
  }
})

test.each<[string, Reply, string]>([
  ['daily', 502, '; whether it has arrived is not known, so it was not sent again'],
  ['daily', { status: 200, body: '<html>' }, '; whether it has arrived is not known, so it was not sent again'],
  ['daily.fifo', 'reset', '; whether it has arrived is not known'],
  ['daily', 503, ''],
  ['daily', 403, ''],
])('the topic %s after %j: what is known of the message is told', async (topic, reply, told) => {
  const sns = await hook(...Array<Reply>(200).fill(reply))
  const { error } = await send(`sns:arn:aws:sns:us-east-1:111122223333:${topic}`, { AWS_ENDPOINT_URL_SNS: sns.url })
  expect(/; whether.*$/.exec(error?.message ?? '')?.[0] ?? '').toBe(told)
})
