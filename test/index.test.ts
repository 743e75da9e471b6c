import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Event, plan, reconcile, render, renderBytes, report } from '../src/index.ts'
import { generateTraffic } from '../src/sandbox/traffic.ts'
import { playLogged } from './support/logged-traffic.ts'
import { reconcileSchemaFaults } from './support/reconcile-schema.ts'
import { schemaFaults } from './support/report-schema.ts'
import { createWorld, type World } from './support/world.ts'

let world: World
let folder = ''
let calls = 0
const access = () => ({
  regions: ['us-east-1'] as const,
  endpointUrl: world.sandbox.url,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
})

beforeAll(async () => {
  world = await createWorld()
  folder = mkdtempSync(join(tmpdir(), 'library-'))
  await world.setup()
  const { invocations } = playLogged(world, { seed: 7, hours: 2, perHour: 60 })
  calls = invocations.length
})
afterAll(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

/** A call of 1,000 tokens in and 10 out, as the invocation log has it. */
const recordAt = (timestamp: string) => ({
  schemaType: 'ModelInvocationLog',
  timestamp,
  accountId: '111122223333',
  region: 'us-east-1',
  operation: 'Converse',
  modelId: 'amazon.nova-lite-v1:0',
  input: { inputTokenCount: 1_000 },
  output: { outputTokenCount: 10 },
})

describe('report', () => {
  test('reads the bill, up to where it is whole', async () => {
    const { account, region, services } = world.sandbox
    const end = Math.floor(world.cx.clock.now() / 86_400_000 - 1) * 86_400_000
    services.bill.add(
      generateTraffic({ seed: 1, start: end - 86_400_000, end, account, region, invocationsPerHour: 5 }),
    )
    const bill = { ...access(), source: 'bill', window: { hours: 24 }, cost: 'net', maxAwsCost: 0.03 } as const
    const { report: said } = await report(bill)
    expect(schemaFaults(said)).toEqual([])
    expect(said).toMatchObject({ basis: 'billed', bill: { metric: 'net' }, accountId: account, window: { hours: 24 } })
    expect(Date.parse(said.window.end)).toBe(end)
    expect(said.total.costUsd).toBeGreaterThan(0)
    await expect(report({ ...bill, maxAwsCost: 0.01 })).rejects.toMatchObject({ kind: 'usage' })
    await expect(report({ ...bill, cost: 'gross' as 'net' })).rejects.toMatchObject({ kind: 'usage' })
  })

  test('reads an estimate and puts it beside the bill', async () => {
    const { account, region, services } = world.sandbox
    const end = Math.floor(world.cx.clock.now() / 86_400_000 - 3) * 86_400_000
    const traffic = { seed: 1, start: end - 86_400_000, end, account, region, invocationsPerHour: 5 }
    services.bill.add(generateTraffic(traffic))
    const window = { start: new Date(traffic.start), end: new Date(end) }
    const result = await reconcile({ ...access(), window, bill: 'bill', cost: 'net' })
    expect(reconcileSchemaFaults(result)).toEqual([])
    expect(result).toMatchObject({ window: { days: 1 }, bill: { metric: 'net' }, estimate: { regions: ['us-east-1'] } })
    // Nothing of it was measured.
    expect(result.total).toMatchObject({ estimateUsd: 0, unexplainedUsd: result.total.billUsd })
    expect(result.total.billUsd).toBeGreaterThan(0)
    const part = await reconcile({ ...access(), window, by: ['account', 'day'], where: { model: ['*claude*'] } })
    expect(reconcileSchemaFaults(part)).toEqual([])
    expect(part.where).toEqual({ model: ['*claude*'] })
    expect(part.groups.map(({ key }) => key)).toEqual([
      { account, day: new Date(traffic.start).toISOString().slice(0, 10) },
    ])
    expect(part.models.every(({ model }) => model.includes('claude'))).toBe(true)
    expect(part.total.billUsd).toBeLessThan(result.total.billUsd)
    for (const wrong of [
      { source: 'bill' },
      { bill: 'metrics' },
      { cost: 'gross' },
      { by: ['tier'] },
      { by: 'day' },
      { where: { day: '*' } },
      { where: { model: 7 } },
      { where: '*claude*' },
    ]) {
      await expect(reconcile({ ...access(), ...(wrong as object) })).rejects.toMatchObject({ kind: 'usage' })
    }
  })

  test.each(['metrics', 'logs', 's3'] as const)('reads %s as the program does', async (source) => {
    const events: Event[] = []
    const view = await report({ ...access(), source, onEvent: (event) => events.push(event) })
    expect(schemaFaults(view.report)).toEqual([])
    expect(view.report.total.invocations).toBeGreaterThan(calls / 2)
    expect(view.report.total.costUsd).toBeGreaterThan(0)
    expect(events.some(({ type }) => type === 'call')).toBe(true)
  })

  test('reads files without an account, all that is in them', async () => {
    writeFileSync(join(folder, 'log.jsonl'), `${JSON.stringify(recordAt('2026-09-08T10:00:00Z'))}\n`)
    const view = await report({ source: 'file', path: join(folder, 'log.jsonl'), by: ['day'] })
    expect(view.report.groups).toMatchObject([{ key: { day: '2026-09-08' }, inputTokens: 1_000, outputTokens: 10 }])
    expect(JSON.parse(await render(view, 'json'))).toEqual(view.report)
    const twice = await report({ source: 'file', path: join(folder, 'log.jsonl'), by: ['day', 'day'] })
    expect([twice.by, twice.report.groups]).toEqual([['day'], view.report.groups])
    expect(await render(view, 'markdown')).toContain('2026-09-08')
    expect((await render(view, 'table', { width: 60 })).split('\n').every((line) => line.length <= 60)).toBe(true)
  })

  test('has its charges for FOCUS, as text and as bytes, where it was asked for them', async () => {
    writeFileSync(join(folder, 'focus.jsonl'), `${JSON.stringify(recordAt('2026-09-08T10:00:00Z'))}\n`)
    const files = { source: 'file', path: join(folder, 'focus.jsonl') }
    const view = await report({ ...files, format: 'focus', by: ['operation'] })
    expect(view.charges?.by).toEqual(['day', 'account', 'region', 'model', 'operation'])
    expect(view.by).toEqual(['account', 'region', 'model', 'operation'])
    expect(await render(view, 'focus', { version: '1.4' })).toMatch(
      /^BilledCost,.*,HostProviderName,.*,x_Operation\r\n0\.00006,/,
    )
    expect(Buffer.from(await renderBytes(view, 'focus')).toString('latin1', 0, 4)).toBe('PAR1')
    const plain = await report({ ...files, by: ['day'] })
    for (const refused of [
      () => render(plain, 'focus'),
      () => renderBytes(view, 'csv'),
      () => render(view, 'focus', { version: '1.3' }),
      () => render(view, 'csv', { version: '1.2' }),
      () => report({ ...files, format: 'focus', by: ['week'] }),
      () => report({ ...files, format: 'focus', top: 3 }),
      () => report({ ...files, format: 'focus', sort: ['tokens'] }),
      () => report({ ...files, format: 'constructor' as 'csv' }),
    ]) {
      await expect(refused()).rejects.toMatchObject({ kind: 'usage' })
    }
  })

  test('is asked for a part, an order, a top and a comparison as on the command line', async () => {
    const other = { ...recordAt('2026-09-07T10:00:00Z'), modelId: 'amazon.nova-pro-v1:0' }
    const records = [recordAt('2026-09-08T10:00:00Z'), other, { ...other, timestamp: '2026-09-08T11:00:00Z' }]
    writeFileSync(join(folder, 'days.jsonl'), records.map((record) => `${JSON.stringify(record)}\n`).join(''))
    const view = await report({
      source: 'file',
      path: join(folder, 'days.jsonl'),
      where: { model: ['*nova*', 'x'], region: 'us-*' },
      window: { start: new Date('2026-09-08'), end: new Date('2026-09-09') },
      compare: 'previous',
      sort: ['name:desc'],
      top: 1,
    })
    expect(schemaFaults(view.report)).toEqual([])
    expect(view.report).toMatchObject({
      where: { model: ['*nova*', 'x'], region: ['us-*'] },
      compare: { window: { start: '2026-09-07T00:00:00Z' }, before: { invocations: 1 } },
      groups: [
        { key: { model: 'amazon.nova-pro-v1:0' }, invocations: 1, before: { invocations: 1 }, change: { usd: 0 } },
        { key: {}, others: 1, invocations: 1, before: null },
      ],
    })
    expect(await render(view, 'csv', { columns: ['calls', 'change'] })).toBe(
      'model,invocations,change.usd\r\namazon.nova-pro-v1:0,1,0\r\n"1 other",1,0.0000624\r\n',
    )
  })

  test('says in every format that files hold no call, without an empty place where none names a Region', async () => {
    writeFileSync(join(folder, 'empty.jsonl'), '\n')
    const view = await report({ source: 'file', path: join(folder, 'empty.jsonl') })
    for (const format of ['table', 'markdown', 'html'] as const) {
      const text = await render(view, format)
      expect(text).toMatch(/No calls .*from 2\d{3}-.* \\?\(account unknown, from file\\?\)\.|Account unknown · 2\d{3}-/)
    }
  })

  test('refuses what render does not know, by its name', async () => {
    writeFileSync(join(folder, 'one.jsonl'), `${JSON.stringify(recordAt('2026-09-08T10:00:00Z'))}\n`)
    const view = await report({ source: 'file', path: join(folder, 'one.jsonl') })
    for (const options of [null, { widht: 5 }, { width: 0 }, { width: '80' }, { verbose: 'yes' }]) {
      await expect(render(view, 'table', options as { width: number })).rejects.toMatchObject({ kind: 'usage' })
    }
    await expect(plan({ ...access(), settings: null as never })).rejects.toMatchObject({ kind: 'usage' })
  })

  test('keeps to a window', async () => {
    const window = { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-01-02T00:00:00Z') }
    const { report: found } = await report({ ...access(), window })
    expect(found.window).toEqual({ start: '2026-01-01T00:00:00Z', end: '2026-01-02T00:00:00Z', hours: 24 })
    expect(found.total.invocations).toBe(0)
  })

  test('begins a window with a full hour where hours are told apart, and says how long it is then', async () => {
    const window = { start: new Date('2026-01-01T00:30:00Z'), end: new Date('2026-01-01T02:00:00Z') }
    const { report: found } = await report({ ...access(), window, by: ['hour'] })
    expect(found.window).toEqual({ start: '2026-01-01T00:00:00Z', end: '2026-01-01T02:00:00Z', hours: 2 })
  })

  test('reads files in a window of their own, by the days of a time zone', async () => {
    const path = join(folder, 'two.jsonl')
    const times = ['2026-09-07T10:00:00Z', '2026-09-08T23:30:00Z']
    writeFileSync(path, times.map((time) => `${JSON.stringify(recordAt(time))}\n`).join(''))
    const window = { start: new Date('2026-09-08T00:00:00Z'), end: new Date('2026-09-09T00:00:00Z') }
    const view = await report({ source: 'file', path, window, by: ['day'], timeZone: 'Europe/Berlin' })
    expect(view.report.groups).toMatchObject([
      { key: { day: '2026-09-08' }, invocations: 0 },
      { key: { day: '2026-09-09' }, invocations: 1 },
    ])
  })

  test('a Region that is named twice counts once', async () => {
    const window = { start: new Date(Date.now() - 86_400_000), end: new Date(Date.now() - 60_000) }
    const once = await report({ ...access(), window })
    const twice = await report({ ...access(), window, regions: ['us-east-1', 'us-east-1'] })
    expect(once.report.total.invocations).toBeGreaterThan(0)
    expect(twice.report.total).toEqual(once.report.total)
    expect(twice.report.regions).toEqual(['us-east-1'])
  })

  test('reads every Region, at the prices of the day', async () => {
    const view = await report({ ...access(), regions: 'all', livePrices: true })
    expect(view.report.regions).toHaveLength(33)
    expect(view.report.prices.map(({ source }) => source)).toContain('aws-price-list')
  })

  test.each([
    ['a window that ends before it begins', { window: { start: new Date(1e12), end: new Date(1e11) } }],
    ['a date that is none', { window: { start: new Date('soon'), end: new Date(1e12) } }],
    ['no hours', { window: { hours: 0 } }],
    ['hours that are no number', { window: { hours: Number.NaN } }],
    ['a time zone that nobody has', { timeZone: 'Mars/Olympus' }],
    ['a source that there is not', { source: 'disk' as 'logs' }],
  ])('refuses %s without asking AWS', async (_, query) => {
    world.sandbox.calls.length = 0
    await expect(report({ ...access(), ...query })).rejects.toMatchObject({ name: 'AppError', kind: 'usage' })
    expect(world.sandbox.calls).toEqual([])
  })

  test('is written in no format but those that there are', async () => {
    const view = await report(access())
    await expect(render(view, 'toString' as 'json')).rejects.toMatchObject({ name: 'AppError', kind: 'usage' })
  })

  test('ends with its signal', async () => {
    const stopped = report({ ...access(), signal: AbortSignal.abort(new Error('enough')) })
    await expect(stopped).rejects.toMatchObject({ name: 'AppError' })
  })
})

describe('plan', () => {
  test('tells what stands and what setup would change, and changes nothing', async () => {
    // Once more, now that there are models to watch.
    await world.setup()
    world.sandbox.calls.length = 0
    const settled = await plan(access())
    expect(settled).toMatchObject({ command: 'plan', ok: true, accountId: world.sandbox.account })
    const other = await plan({ ...access(), settings: { retentionDays: 365 } })
    expect(other.resources.filter(({ action }) => action !== 'none')).toMatchObject([
      { type: 'log-group', action: 'update', changes: [{ path: 'retentionDays', from: 30, to: 365 }] },
    ])
    expect(world.sandbox.calls.filter(({ operation }) => /^(Put|Create|Delete|Tag)/.test(operation))).toEqual([])
  })

  test('refuses a setting that is not valid, by its name', async () => {
    await expect(plan({ ...access(), settings: { retentionDays: 31 } })).rejects.toThrow('retentionDays')
  })
})
