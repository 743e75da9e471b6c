import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AwsPlace } from '../../../src/aws/context.ts'
import type { App } from '../../../src/cli/command.ts'
import { priceSources } from '../../../src/cli/session/price-sources.ts'

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'bedrock-monitor-'))
})
afterAll(() => rm(home, { recursive: true }))

const app = (env: Record<string, string>, more: object = {}) => ({ env, common: {}, config: undefined, ...more }) as App
const asked = (region = 'us-east-1', accountId = '111122223333') => ({
  places: [{ account: accountId, region } as AwsPlace],
  offline: false,
})
const liveOf = async (...args: Parameters<typeof priceSources>) => (await priceSources(...args)).live

test("AWS's own prices are kept in the cache of the user, where he has one and the account is known", async () => {
  expect(await liveOf(app({ HOME: home }), asked())).toHaveProperty('cache')
  expect(await liveOf(app({}), asked())).toEqual({})
  expect(await liveOf(app({ HOME: home }), { ...asked(), accountId: '' })).toEqual({})
})

test('those that came in the clear can be anybody’s, and are kept nowhere', async () => {
  const url = 'http://127.0.0.1:4566'
  expect(await liveOf(app({ HOME: home, AWS_ENDPOINT_URL: url }), asked())).toEqual({})
  expect(await liveOf(app({ HOME: home, AWS_ENDPOINT_URL_PRICING: url }), asked())).toEqual({})
  expect(await liveOf(app({ HOME: home }, { common: { endpointUrl: url } }), asked())).toEqual({})
})

test('those of one endpoint, account or partition are nothing to another', async () => {
  const endpoint = { AWS_ENDPOINT_URL_PRICING: 'https://vpce-1.pricing.us-east-1.vpce.amazonaws.com' }
  const caches = await Promise.all([
    liveOf(app({ HOME: home }), asked()),
    liveOf(app({ HOME: home, ...endpoint }), asked()),
    liveOf(app({ HOME: home }), asked('us-east-1', '999988887777')),
    liveOf(app({ HOME: home }), asked('us-gov-west-1')),
  ])
  for (const [index, live] of caches.entries()) await live?.cache?.write('x.json', String(index))
  expect(await Promise.all(caches.map((live) => live?.cache?.read('x.json')))).toEqual(['0', '1', '2', '3'])
  expect(await readdir(join(home, '.cache', 'bedrock-monitor'))).toHaveLength(4)
  expect(await (await liveOf(app({ HOME: home }), asked()))?.cache?.read('x.json')).toBe('0')
})

test('offline, nobody is asked', async () => {
  expect(await priceSources(app({ HOME: home }), { ...asked(), offline: true })).not.toHaveProperty('live')
})

test("the user's own come with the file that they are from", async () => {
  const prices = { 'amazon.nova-lite-v1:0': {} }
  const mine = app({}, { config: { file: 'mine.json', source: 'file', values: {}, prices } })
  const { overrides } = await priceSources(mine, { places: [], offline: true })
  expect(overrides).toEqual({ prices, source: 'mine.json' })
})
