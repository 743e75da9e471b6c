import { expect, test } from '@jest/globals'
import { EVERYTHING } from './everything.ts'
import { inventory } from './inventory.ts'
import { inWorld, type WorldOptions } from './world.ts'

test.each<[string, WorldOptions]>([
  ['no option', {}],
  ['every option', { settings: EVERYTHING }],
  ['another Region', { region: 'eu-central-1', settings: { alarms: 'minimal' } }],
])('a world that is set up, with %s, is what setup leaves, the first time and after that', async (_, options) => {
  const real = await inWorld(options, async (world) => {
    expect((await world.setup()).error).toBeUndefined()
    return inventory(world.cx)
  })
  for (let nth = 1; nth <= 3; nth += 1) {
    await inWorld({ ...options, isSetUp: true }, async (world) => {
      expect(await inventory(world.cx)).toEqual(real)
      const { report } = await world.status()
      expect(new Set(report.resources.map(({ action }) => action))).toEqual(new Set(['none']))
      world.sandbox.calls.length = 0
      const again = await world.setup()
      expect([again.error, world.sandbox.calls.filter(({ writing }) => writing)]).toEqual([undefined, []])
      expect((await world.cleanup()).error).toBeUndefined()
    })
  }
})
