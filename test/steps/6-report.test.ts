import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { FORMATS } from '../../src/report/formats/index.ts'
import { COUNTERS } from '../../src/report/model.ts'
import { lastHours } from '../../src/report/window.ts'
import { generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import { report } from '../../src/steps/6-report.ts'
import { fleetOf } from '../../src/steps/session.ts'
import { nearestRank } from '../support/fake-cloudwatch.ts'
import { noPaint } from '../support/paint.ts'
import { schemaFaults } from '../support/report-schema.ts'
import { type Sums, truth } from '../support/truth.ts'
import { createWorld, inWorld, REGION, type World } from '../support/world.ts'

const NO_PRICES = Object.assign(() => Promise.reject(new Error('the report asks its own')), { ahead: () => {} })

/** Plays a seeded window of traffic into a world; what is reported of it is held against what the generator knows. */
function play({ sandbox, cx }: World, seed: number, hours: number, invocationsPerHour: number) {
  const window = lastHours(cx.clock.now(), hours)
  const end = Math.min(window.end, cx.clock.now())
  const traffic = { seed, start: window.start, end, account: sandbox.account, region: REGION, invocationsPerHour }
  const invocations = generateTraffic(traffic)
  playTraffic(sandbox.services, invocations)
  return { window, known: truth(invocations) }
}

function ask({ cx, env }: World, window: { start: number; end: number }) {
  const session = { cx, env, identity: '', regionFlag: env.region, warnings: [], prices: NO_PRICES }
  return report({ cx, open: async () => fleetOf(session) }, { window })
}

function counted(sums: Sums | undefined) {
  return Object.fromEntries(COUNTERS.map((counter) => [counter, sums?.[counter] ?? 0]))
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function percentiles(values: readonly number[] = []) {
  const at = (percent: number) => (values.length === 0 ? null : nearestRank(values, percent))
  return { p50: at(50), p90: at(90), p99: at(99) }
}

describe('the report of a day of traffic', () => {
  let world: World
  let day: ReturnType<typeof play>
  beforeAll(async () => {
    world = await createWorld()
    day = play(world, 7, 24, 200)
  })
  afterAll(() => world.close())

  it('equals the truth to the token, and is what its schema says', async () => {
    const { window, known } = day
    world.sandbox.calls.length = 0
    const { report: said } = await ask(world, window)
    expect(said.total).toMatchObject(counted(known.total))
    expect(said.groups).toHaveLength(known.byModel.size)
    for (const group of said.groups) expect(group).toMatchObject(counted(known.byModel.get(group.key.model ?? '')))
    expect(said.total.latencyMs.avg).toBeCloseTo(average(known.total.latenciesMs), 6)
    expect(said.total.latencyMs.max).toBe(Math.max(...known.total.latenciesMs))
    expect(said.total.timeToFirstTokenMs.avg).toBeCloseTo(average(known.total.timesToFirstTokenMs), 6)
    expect(schemaFaults(said)).toEqual([])
    expect(world.sandbox.calls.map(({ operation }) => operation).sort()).toEqual([
      'GetMetricData',
      'GetMetricData',
      // Of models, the OpenAI-compatible endpoint, guardrails, agents, flows and knowledge bases.
      ...Array<string>(6).fill('ListMetrics'),
    ])
  })

  it('has true percentiles of the whole day, of every model and of all together', async () => {
    const { report: said } = await ask(world, day.window)
    const sums = [day.known.total, ...said.groups.map((group) => day.known.byModel.get(group.key.model ?? ''))]
    for (const [index, usage] of [said.total, ...said.groups].entries()) {
      expect(usage.latencyMs).toMatchObject(percentiles(sums[index]?.latenciesMs))
      expect(usage.timeToFirstTokenMs).toMatchObject(percentiles(sums[index]?.timesToFirstTokenMs))
    }
    expect(said.warnings.filter(({ code }) => code.includes('percentiles'))).toEqual([])
  })

  it('costs each model by its tokens and prices, and lists the rest', async () => {
    const { report: said } = await ask(world, day.window)
    const unpriced = new Set(said.unpriced.map(({ model }) => model))
    expect([...unpriced]).toEqual(['amazon.nova-canvas-v1:0'])
    for (const { key, costUsd } of said.groups) {
      const sums = day.known.byModel.get(key.model ?? '')
      const price = said.prices.find(({ model }) => model === key.model)
      if (!sums || !price) {
        expect([costUsd, unpriced.has(key.model ?? '')]).toEqual([null, true])
        continue
      }
      const dollars =
        sums.inputTokens * (price.inputPerMillion ?? 0) +
        sums.outputTokens * (price.outputPerMillion ?? 0) +
        sums.cacheReadTokens * (price.cacheReadPerMillion ?? 0) +
        sums.cacheWriteTokens * (price.cacheWritePerMillion ?? 0)
      expect(costUsd).toBeCloseTo(dollars / 1e6, 8)
    }
  })

  it('is rendered in every format', async () => {
    const view = await ask(world, day.window)
    for (const { load, ...format } of FORMATS) {
      if ('chargesBy' in format) continue
      const { renderReport } = await load()
      expect(await renderReport(view, { width: 100, paint: noPaint })).toMatch(/claude/)
    }
  })
})

test('the report equals the traffic to the token, whatever the seed and the window', () =>
  fc.assert(
    fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, hours) =>
      inWorld({}, async (world) => {
        const { window, known } = play(world, seed, hours, 400 / hours)
        const { report: said } = await ask(world, window)
        expect(said.total).toMatchObject(counted(known.total))
        for (const group of said.groups) expect(group).toMatchObject(counted(known.byModel.get(group.key.model ?? '')))
        expect(new Set(said.groups.map((group) => group.key.model))).toEqual(new Set(known.byModel.keys()))
        expect(schemaFaults(said)).toEqual([])
      }),
    ),
    { numRuns: 25 },
  ))

test('an account without use gets zeros and the reasons why there may be none', () =>
  inWorld({}, async (world) => {
    const { report: said } = await ask(world, lastHours(world.cx.clock.now(), 24))
    expect(said.total).toMatchObject({ ...counted(undefined), errorRate: 0, costUsd: 0 })
    expect(said.groups).toEqual([])
    expect(said.series).toHaveLength(24)
    expect(said.warnings.map(({ code }) => code)).toEqual(['no-usage'])
    expect(schemaFaults(said)).toEqual([])
  }))

test('a report changes nothing in the account', () =>
  inWorld({}, async (world) => {
    const { window } = play(world, 1, 24, 20)
    await ask(world, window)
    expect(world.sandbox.calls.filter(({ writing }) => writing)).toEqual([])
  }))

test('without the right to read metrics it fails and names the action', () =>
  inWorld({ faults: [{ operation: 'ListMetrics', kind: 'access-denied' }] }, async (world) => {
    await expect(ask(world, lastHours(world.cx.clock.now(), 24))).rejects.toMatchObject({
      kind: 'aws',
      hint: expect.stringContaining('cloudwatch:ListMetrics'),
    })
  }))
