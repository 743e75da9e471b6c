import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Context } from '../../src/core/context.ts'
import type { PlanItem } from '../../src/core/plan.ts'
import type { AnyResource } from '../../src/core/resource.ts'
import { monthlyCost } from '../../src/steps/monthly-cost.ts'
import type { ModelInUse } from '../../src/steps/use/in-use.ts'
import { changeReportFaults } from '../support/change-report-schema.ts'
import { inWorld } from '../support/world.ts'

/** An alarm's state is the number of its metrics. */
function item(type: string, metrics: number, action: PlanItem['action'] = 'create', have?: number): PlanItem {
  const resource = {
    step: '5',
    type,
    name: 'one',
    region: 'us-east-1',
    holdsData: false,
    needs: [],
    desired: () => metrics,
    billedUnits: (state: number) => state,
  } as unknown as AnyResource<Context>
  return {
    resource,
    action,
    changes: [],
    readAt: 0,
    ...(have !== undefined && { have: { state: have, owner: 'ours' } }),
  }
}

const usd = (items: PlanItem[], when: 'planned' | 'standing' = 'planned') => monthlyCost(items, when).usd

describe('a month costs', () => {
  test.each<[string, PlanItem[], number]>([
    ['an alarm on one metric', [item('alarm', 1)], 0.1],
    ['an alarm by math over seven metrics', [item('alarm', 7)], 0.7],
    ['an alarm on a band of expected values, which counts as three metrics', [item('alarm', 3)], 0.3],
    ['a composite alarm', [item('composite-alarm', 1)], 0.5],
    ['a dashboard', [item('dashboard', 1)], 3],
    ['a budget', [item('budget', 1)], 0],
    ['all of them', ['alarm', 'composite-alarm', 'dashboard', 'budget'].map((type) => item(type, 1)), 3.6],
    [
      'what is billed by use alone',
      ['s3-bucket', 'log-group', 'sns-topic', 'iam-role'].map((type) => item(type, 1)),
      0,
    ],
  ])('%s', (_, items, expected) => {
    expect(usd(items)).toBe(expected)
  })

  test('what will stand, where it is a plan, and what stands, where it is a status', () => {
    const items = [item('alarm', 5, 'create'), item('alarm', 3, 'update', 1), item('alarm', 1, 'none', 1)]
    expect([usd(items, 'planned'), usd(items, 'standing')]).toEqual([0.9, 0.2])
  })

  test('nothing for an option that is neither wanted nor there', () => {
    expect(monthlyCost([item('alarm', 5, 'none')], 'planned')).toEqual({ usd: 0, items: [], notes: [] })
  })

  test('exactly the sum of its lines, to the cent, however many there are', () => {
    const types = fc.constantFrom('alarm', 'composite-alarm', 'dashboard', 'budget', 'iam-role')
    fc.assert(
      fc.property(fc.array(fc.tuple(types, fc.integer({ min: 1, max: 10 })), { maxLength: 200 }), (chosen) => {
        const cost = monthlyCost(
          chosen.map(([type, metrics]) => item(type, metrics)),
          'planned',
        )
        const cents = cost.items.reduce((sum, line) => sum + Math.round(line.count * line.usdEach * 100), 0)
        expect(cost.usd).toBe(cents / 100)
      }),
    )
  })
})

test('rates are told for what is billed by use, and how much was used in two weeks', () => {
  const model = { modelId: 'maker.one', invocations: 1_200 } as ModelInUse
  const { notes } = monthlyCost([item('log-group', 1)], 'planned', new Map([['us-east-1', [model, model]]]))
  expect(notes.join('\n')).toMatch(/\$0\.50 a GB[\s\S]*2,400 invocations in the last two weeks/)
  expect(monthlyCost([item('alarm', 1)], 'planned').notes.join('\n')).not.toContain('GB')
})

test('setup and status state it, cleanup does not, and all three print what the schema says', async () => {
  await inWorld({}, async (world) => {
    const planned = (await world.setup({ dryRun: true })).report
    const before = (await world.status()).report
    const done = (await world.setup()).report
    const after = (await world.status()).report
    const removed = (await world.cleanup()).report
    expect([planned, before, done, after, removed].flatMap(changeReportFaults)).toEqual([])
    expect(planned.monthlyCost?.usd).toBeGreaterThan(3)
    expect(before.monthlyCost?.usd).toBe(0)
    expect(done.monthlyCost).toEqual(planned.monthlyCost)
    const stored = 'log group: 80 bytes stored in us-east-1'
    expect(after.monthlyCost).toEqual({
      ...planned.monthlyCost,
      notes: [...(planned.monthlyCost?.notes ?? []), stored],
    })
    expect(removed.monthlyCost).toBeUndefined()
  })
})
