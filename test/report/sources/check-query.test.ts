import { expect, test } from '@jest/globals'
import { plan, render, report } from '../../../src/index.ts'
import { checkAccess, checkQuery, spanOf } from '../../../src/report/sources/check-query.ts'

const sound = { regions: ['us-east-1'] }
const DAY = new Date('2026-01-02T00:00:00Z')

test.each<[string, unknown]>([
  ['window is', { window: { hours: 1e9 } }],
  ['window is', { window: { hours: 87_601 } }],
  ['window is', { window: { hours: Number.POSITIVE_INFINITY } }],
  ['window is', { window: { hours: Number.NaN } }],
  ['window is', { window: { hours: -1 } }],
  ['window is', { window: { hours: '24' } }],
  ['window is', { window: {} }],
  ['window is', { window: null }],
  ['window is', { window: 24 }],
  ['window is', { window: { start: DAY } }],
  ['window is', { window: { start: '2026-01-01', end: '2026-01-02' } }],
  ['window is', { window: { start: DAY, end: DAY } }],
  ['window is', { window: { start: new Date(0), end: DAY } }],
  ['window is', { window: { start: new Date(Number.NaN), end: DAY } }],
  ['window is', { window: { start: new Date('2999-01-01T00:00:00Z'), end: new Date('2999-01-02T00:00:00Z') } }],
  ['regions is', { regions: [] }],
  ['regions is', { regions: undefined }],
  ['regions is', { regions: 'us-east-1' }],
  ['regions is', { regions: [''] }],
  ['regions is', { regions: [1] }],
  ['regions is', { regions: null }],
  ['source is', { source: 'disk' }],
  ['source is', { source: 'toString' }],
  ['source is', { source: 1 }],
  ['path is', { source: 'file' }],
  ['path is', { source: 'file', path: 7 }],
  ['by is', { by: 'model' }],
  ['by has', { by: ['weeks'] }],
  ['where is', { where: 'model=x' }],
  ['where has model', { where: { model: 1 } }],
  ["--where is '=x'", { where: { '': 'x' } }],
  ['--where identity: ', { where: { identity: '*' } }],
  ['--where hour: ', { where: { hour: '*' } }],
  ['compare is', { compare: '7d' }],
  ['compare is of', { compare: { hours: 0 } }],
  ['sort is', { sort: 'cost' }],
  ["--sort is 'region'", { sort: ['region'] }],
  ['--sort change: no windows', { sort: ['change'] }],
  ['top is', { top: 0 }],
  ['top is', { top: '3' }],
  ['--compare: without a window', { source: 'file', path: 'x', compare: 'previous' }],
  ['by has', { by: ['__proto__'] }],
  ['by has', { by: [undefined] }],
  ['by has', { by: ['metadata:'] }],
  ['timeZone is', { timeZone: 'Mars/Olympus' }],
  ['timeZone is', { timeZone: 1 }],
  ['settings is', { settings: [] }],
  ['livePrices is', { livePrices: 'yes' }],
  ['forecast is', { forecast: 'yes' }],
  ['anomalies is', { anomalies: 1 }],
  ['linked is', { linked: 'yes' }],
  ['profile is', { profile: '' }],
  ['endpointUrl is', { endpointUrl: 4566 }],
  ['endpointUrl is', { endpointUrl: 'localhost:4566' }],
  ['endpointUrl is', { endpointUrl: 'http://u:hunter2@:bad' }],
  ['regions has', { regions: ['mars-north-1x'] }],
  ['regions has', { regions: ['us-east-1', 'evil.com/'] }],
  ['is not offered in Region cn-north-1', { regions: ['cn-north-1'] }],
  ['no account covers both', { regions: ['us-east-1', 'us-gov-west-1'] }],
  ["have 'nonsense'", { nonsense: 1 }],
  ["have 'timezone'", { timezone: 'UTC' }],
  ["window have 'since'", { window: { hours: 24, since: '2026-01-01' } }],
  ['window is', { window: { hours: 24, start: DAY, end: new Date('2026-01-03T00:00:00Z') } }],
  ["settings has 'retentionDayz'", { settings: { retentionDayz: 90 } }],
  ["settings has '__proto__'", { settings: JSON.parse('{"__proto__":1}') }],
  ['retentionDays (settings) is', { settings: { retentionDays: 2 } }],
  ['credentials', { credentials: { accessKeyId: 'a' } }],
  ['credentials', { credentials: null }],
  ['signal is', { signal: {} }],
  ['onEvent is', { onEvent: 'log' }],
])('a wrong %s %j is a usage error that names it', async (named, wrong) => {
  const query = { ...sound, ...(wrong as object) }
  const error = { name: 'AppError', kind: 'usage', message: expect.stringContaining(named), hint: expect.any(String) }
  const refused = await report(query as never).catch((thrown: unknown) => thrown)
  expect(refused).toMatchObject(error)
  expect((refused as Error).message).not.toContain('hunter2')
})

test.each([[undefined], [null], ['metrics'], [[]]])('nothing but an object is asked with: %j', async (options) => {
  await expect(report(options as never)).rejects.toMatchObject({ kind: 'usage' })
  await expect(plan(options as never)).rejects.toMatchObject({ kind: 'usage' })
})

test('a plan is asked for with nothing of a report', async () => {
  const error = { kind: 'usage', message: expect.stringContaining("have 'window'") }
  await expect(plan({ ...sound, window: { hours: 1 } } as never)).rejects.toMatchObject(error)
  const setting = { kind: 'usage', message: expect.stringContaining('retentionDayz') }
  await expect(plan({ ...sound, settings: { retentionDayz: 90 } } as never)).rejects.toMatchObject(setting)
})

const FORMATS = ['json', 'csv', 'markdown', 'html', 'table'] as const
test.each([[null], [undefined], [5], [[]], [{}], [{ report: {} }], [{ report: { total: {}, groups: [] } }]])(
  'nothing but a view is written, in any format: %j',
  async (view) => {
    for (const format of FORMATS) {
      await expect(render(view as never, format)).rejects.toMatchObject({ name: 'AppError', kind: 'usage' })
    }
  },
)

test.each([[0], [Number.NaN], ['80']])('a table of %j columns is none', async (width) => {
  await expect(render({} as never, 'table', { width: width as number })).rejects.toMatchObject({ kind: 'usage' })
})

test('the future is left out of a window, as on the command line', () => {
  const now = Date.parse('2026-11-23T10:37:20Z')
  const [start, end] = [new Date('2026-11-23T00:00:00Z'), new Date('2026-11-24T00:00:00Z')]
  expect(spanOf({ start, end }, now)).toEqual({ start: start.getTime(), end: Date.parse('2026-11-23T10:38:00Z') })
  expect(spanOf({ start, end: new Date(now) }, now)).toEqual({ start: start.getTime(), end: now })
  const later = { start: new Date('2026-11-23T10:38:00Z'), end }
  expect(() => spanOf(later, now)).toThrow('window is from 2026-11-23T10:38:00.000Z, which is in the future')
})

test('what makes sense is let through', () => {
  const end = new Date('2026-01-03T00:00:00Z')
  const by = ['model', 'day', 'metadata:__proto__', 'model']
  expect(() => checkQuery({ ...sound, by, window: { start: DAY, end }, timeZone: 'Europe/Berlin' })).not.toThrow()
  expect(() => checkQuery({ ...sound, window: { hours: 87_600 } })).not.toThrow()
  expect(() => checkQuery({ source: 'file', path: '.' })).not.toThrow()
  expect(() => checkAccess({ regions: 'all' })).not.toThrow()
})
