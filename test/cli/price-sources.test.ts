import { expect, test } from '@jest/globals'
import type { App } from '../../src/cli/app.ts'
import { priceSources } from '../../src/cli/price-sources.ts'

const app = (env: Record<string, string>, more: object = {}) => ({ env, common: {}, config: undefined, ...more }) as App

test("AWS's own prices are kept in the cache of the user, where he has one", () => {
  expect(priceSources(app({ HOME: '/home/ada' }), [], false).live).toHaveProperty('cache')
  expect(priceSources(app({}), [], false).live).toEqual({})
})

test("those of another endpoint, which are not AWS's, are kept nowhere", () => {
  const elsewhere = { HOME: '/home/ada', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }
  expect(priceSources(app(elsewhere), [], false).live).toEqual({})
  const flagged = app({ HOME: '/home/ada' }, { common: { endpointUrl: 'http://127.0.0.1:4566' } })
  expect(priceSources(flagged, [], false).live).toEqual({})
})

test('offline, nobody is asked', () => {
  expect(priceSources(app({ HOME: '/home/ada' }), [], true)).not.toHaveProperty('live')
})

test("the user's own come with the file that they are from", () => {
  const prices = { 'amazon.nova-lite-v1:0': {} }
  const { overrides } = priceSources(app({}, { config: { source: 'mine.json', values: {}, prices } }), [], true)
  expect(overrides).toEqual({ prices, source: 'mine.json' })
})
