import { describe, expect, it } from '@jest/globals'
import type { Report } from '../../../src/report/view.ts'
import type { Where } from '../../../src/report/where.ts'
import { lastHours } from '../../../src/report/window.ts'
import { generateTraffic, type Invocation, playTraffic } from '../../../src/sandbox/traffic.ts'
import { report } from '../../support/report.ts'
import { schemaFaults } from '../../support/report-schema.ts'
import { inWorld, REGION, type World } from '../../support/world.ts'

const SONNET = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
const NOVA_PRO = 'amazon.nova-pro-v1:0'
const MINUTE = 60_000

function play({ sandbox, cx }: World, change: (call: Invocation) => Invocation = (call) => call): Invocation[] {
  const { start, end } = lastHours(cx.clock.now(), 6)
  const traffic = { seed: 5, start, end: Math.min(end, cx.clock.now()), account: sandbox.account, region: REGION }
  const invocations = generateTraffic({ ...traffic, invocationsPerHour: 200 }).map(change)
  playTraffic(sandbox.services, invocations)
  return invocations
}

async function ask({ cx, env }: World, hours = 6, more: { where?: Where } = {}): Promise<Report> {
  const window = lastHours(cx.clock.now(), hours)
  const source = { name: 'metrics', accountId: env.accountId, places: [{ region: REGION, cx }], window } as const
  const said = (await report(cx, { source, quotas: true, ...more })).report
  expect(schemaFaults(said)).toEqual([])
  return said
}

/** The most in one minute, and when that was. */
function busiest(calls: readonly Invocation[], of: (call: Invocation) => number) {
  const minutes = new Map<number, number>()
  for (const call of calls) {
    const minute = Math.floor(call.time / MINUTE) * MINUTE
    minutes.set(minute, (minutes.get(minute) ?? 0) + of(call))
  }
  return Math.max(...minutes.values())
}

const accepted = ({ outcome }: Invocation) => (outcome === 'success' || outcome === 'server-error' ? 1 : 0)

describe('quotas in the report', () => {
  it('are held against the busiest minute of every model, to the token', () =>
    inWorld({}, async (world) => {
      const calls = play(world)
      const { quotas = [] } = await ask(world)
      const models = [...new Set(calls.map(({ modelId }) => modelId))].sort()
      expect(quotas.map(({ model }) => model).sort()).toEqual(models)
      for (const { model, tokensPerMinute, requestsPerMinute } of quotas) {
        const own = calls.filter(({ modelId }) => modelId === model)
        if (tokensPerMinute) expect(tokensPerMinute.peak).toBe(busiest(own, ({ quotaTokens }) => quotaTokens))
        if (requestsPerMinute) expect(requestsPerMinute.peak).toBe(busiest(own, accepted))
      }
      const sonnet = quotas.find(({ model }) => model === SONNET)
      expect(sonnet?.tokensPerMinute?.quota).toBe(200_000)
      expect(sonnet?.requestsPerMinute?.quota).toBe(200)
      expect(quotas.find(({ model }) => model === 'amazon.nova-canvas-v1:0')).toMatchObject({
        tokensPerMinute: null,
        requestsPerMinute: null,
      })
    }))

  it('leave out calls in the reserved tier, which has a quota of its own', () =>
    inWorld({}, async (world) => {
      const calls = play(world, (call) =>
        call.modelId === NOVA_PRO && call.time % 2_000 === 0
          ? { ...call, serviceTier: { asked: 'reserved', resolved: 'reserved' } }
          : call,
      )
      const { quotas = [] } = await ask(world)
      const own = calls.filter(
        ({ modelId, serviceTier }) => modelId === NOVA_PRO && serviceTier?.resolved !== 'reserved',
      )
      expect(own.length).toBeLessThan(calls.filter(({ modelId }) => modelId === NOVA_PRO).length)
      const pro = quotas.find(({ model }) => model === NOVA_PRO)
      expect(pro?.tokensPerMinute?.peak).toBe(busiest(own, ({ quotaTokens }) => quotaTokens))
      expect(pro?.requestsPerMinute?.peak).toBe(busiest(own, accepted))
    }))

  it('are the account’s own, and beyond the first hundred too', () =>
    inWorld({}, async (world) => {
      const { quotas: service } = world.sandbox.services
      const name = 'Cross-region model inference tokens per minute for Anthropic Claude Sonnet 4.5 V1'
      service.drop(REGION, name)
      for (let index = 0; index < 150; index++) service.set(REGION, `CreateThing${index} requests per second`, 5)
      service.set(REGION, name, 1_234_567)
      play(world)
      const { quotas = [] } = await ask(world)
      expect(quotas.find(({ model }) => model === SONNET)?.tokensPerMinute?.quota).toBe(1_234_567)
    }))

  it('are shared by all ids that lead to the same model by the same way', () =>
    inWorld({}, async (world) => {
      const arn = `arn:aws:bedrock:${REGION}:${world.sandbox.account}:inference-profile/${SONNET}`
      const calls = play(world, (call) =>
        call.modelId === SONNET && call.time % 3_000 === 0 ? { ...call, modelId: arn } : call,
      )
      const { quotas = [] } = await ask(world)
      const line = quotas.find(({ model }) => model === SONNET)
      expect(line?.sharedWith).toEqual([arn])
      const own = calls.filter(({ modelId }) => modelId === SONNET || modelId === arn)
      expect(line?.tokensPerMinute?.peak).toBe(busiest(own, ({ quotaTokens }) => quotaTokens))
      // What the report is not of draws on them all the same.
      expect((await ask(world, 6, { where: { model: [SONNET] } })).quotas).toEqual([line])
    }))

  it('are shared with application profiles of the model', () =>
    inWorld({}, async (world) => {
      const { bedrock } = world.sandbox.services
      const place = { region: REGION, account: world.sandbox.account }
      const profile = bedrock.addApplicationProfile({ ...place, name: 'app', modelId: 'amazon.nova-pro-v1:0' })
      play(world, (call) => (call.modelId === SONNET ? { ...call, modelId: profile } : call))
      const { quotas = [] } = await ask(world)
      const line = quotas.find(({ model, sharedWith = [] }) => [model, ...sharedWith].includes(profile))
      expect([line?.model, ...(line?.sharedWith ?? [])].sort()).toEqual([profile, 'amazon.nova-pro-v1:0'].sort())
      expect(line?.tokensPerMinute?.quota).toBe(1_000_000)
    }))

  it('that nobody may read are a warning that names the right, and no failure', () =>
    inWorld({ maxAttempts: 1 }, async (world) => {
      play(world)
      world.sandbox.faults.push({ operation: 'ListServiceQuotas', kind: 'access-denied' })
      const { quotas, warnings, total } = await ask(world)
      expect(quotas).toEqual([])
      expect(warnings.find(({ code }) => code === 'quotas-unreadable')?.message).toContain(
        'servicequotas:ListServiceQuotas',
      )
      expect(total.invocations).toBeGreaterThan(0)
    }))

  it('of 0, as a new account may have, are told without a part of them', () =>
    inWorld({}, async (world) => {
      world.sandbox.services.quotas.set(REGION, 'On-demand model inference tokens per minute for Amazon Nova Pro', 0)
      play(world)
      const { quotas = [] } = await ask(world)
      expect(quotas.find(({ model }) => model === 'amazon.nova-pro-v1:0')?.tokensPerMinute).toMatchObject({
        quota: 0,
        usedPercent: null,
      })
    }))

  it('are told of the last 15 days of a longer window, and it is said', () =>
    inWorld({}, async (world) => {
      play(world)
      const { quotas = [], warnings } = await ask(world, 30 * 24)
      expect(quotas.some(({ tokensPerMinute }) => tokensPerMinute !== null)).toBe(true)
      expect(warnings.map(({ code }) => code)).toContain('quotas-lately')
    }))

  it('cost no call where nothing was used', () =>
    inWorld({}, async (world) => {
      const { quotas } = await ask(world)
      expect(quotas).toEqual([])
      expect(world.sandbox.calls.filter(({ service }) => service === 'quotas')).toEqual([])
    }))
})
