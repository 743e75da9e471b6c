import { describe, expect, test } from '@jest/globals'
import { inventory, withoutMarks } from '../support/inventory.ts'
import { arrange } from '../support/prior-state.ts'
import { inWorld } from '../support/world.ts'

describe("somebody's statements under the Sids that ours have", () => {
  test.each(['role', 'bucket', 'topic'] as const)(
    'in the policies of a %s stay where they are through setups and cleanup',
    (thing) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        await arrange(world, { scripted: [thing], foreignLogging: false, ourSids: true })
        const before = withoutMarks(await inventory(world.cx))
        const kind = `${thing}s`
        const his = Object.values(before[kind] ?? {}).flatMap(statementsIn)
        expect(his.some(({ Sid }) => String(Sid).startsWith('BedrockMonitor'))).toBe(true)
        for (const settings of [{}, { keyPrefix: 'other' }]) {
          expect((await world.setup({ replaceLogging: true }, undefined, settings)).error).toBeUndefined()
          const now = Object.values((await inventory(world.cx))[kind] ?? {}).flatMap(statementsIn)
          for (const one of his) expect(now).toContainEqual(one)
          expect(
            (await world.setup({}, undefined, settings)).report.resources.map(({ action }) => action),
          ).not.toContain('update')
        }
        expect((await world.cleanup({}, undefined, { keyPrefix: 'other' })).error).toBeUndefined()
        expect(withoutMarks(await inventory(world.cx))).toEqual(before)
      }),
  )
})

type Json = Record<string, unknown>

/** All the statements that a thing has in its policies. */
function statementsIn(thing: unknown): Json[] {
  if (typeof thing !== 'object' || thing === null) return []
  return Object.entries(thing).flatMap(([key, value]) => (key === 'Statement' ? [value].flat() : statementsIn(value)))
}
