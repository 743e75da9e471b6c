import { expect, test } from '@jest/globals'
import type { Warning } from '../../src/core/events.ts'
import { generateTraffic, playTraffic } from '../../src/sandbox/traffic.ts'
import { fleetOf } from '../../src/steps/session.ts'
import { watchedPlaces } from '../../src/steps/watched.ts'
import { createWatcher } from '../../src/watch/watcher.ts'
import { inWorld, REGION } from '../support/world.ts'

const LATER = '200000000001'
const QUARTER_MS = 15 * 60_000

test('an account that is linked later is read from then on, and looked for no more often than models are', () =>
  inWorld({ members: [{ id: LATER }] }, async (world) => {
    const { sandbox, cx } = world
    const told: Warning[] = []
    const play = () => {
      const end = cx.clock.now()
      const traffic = { seed: 1, start: end - QUARTER_MS, end, region: REGION, invocationsPerHour: 400 }
      playTraffic(sandbox.servicesOf(LATER), generateTraffic({ ...traffic, account: LATER }))
    }
    const { places, accounts, joined } = await watchedPlaces(fleetOf(await world.session(), { linked: true }), (one) =>
      told.push(one),
    )
    expect(places).toHaveLength(1)
    const prices = async () => ({ book: { lookup: () => ({ unpriced: 'none' }) } })
    const watcher = createWatcher({ places, joined, prices, intervalMs: 60_000 })
    expect((await watcher.refresh()).total.usage.invocations).toBe(0)

    play()
    sandbox.organizations.members.splice(0, 1, { id: LATER, links: { [REGION]: ['metrics'] } })
    world.pass(60_000)
    expect((await watcher.refresh()).total.usage.invocations).toBe(0)
    world.pass(QUARTER_MS)
    expect((await watcher.refresh()).total.usage.invocations).toBeGreaterThan(0)
    expect(accounts).toContainEqual({ id: LATER, linked: true })
    expect(told.map(({ code }) => code)).toEqual(['accounts-linked'])
    sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'ListMetrics', count: 99 })
    world.pass(QUARTER_MS)
    expect((await watcher.refresh()).stale).not.toEqual([])
    sandbox.faults.length = 0
    world.pass(QUARTER_MS)
    await watcher.refresh()
    expect(told).toHaveLength(1)
  }))
