import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { THIRD } from '../support/share.ts'
import { errorOf, inWorld, type World } from '../support/world.ts'

jest.setTimeout(240_000)

/** Whether all of it stands as setup makes it, or none of it does. */
async function isWhole(world: World): Promise<boolean> {
  const standing = (await world.status()).report.resources
  return standing.every(({ action }) => action === 'none') || standing.every(({ action }) => action === 'create')
}

/** Lets so many calls of the sandbox go by. */
async function after(world: World, calls: number): Promise<void> {
  for (let tries = 0; world.sandbox.calls.length < calls && tries < 10_000; tries += 1) {
    await new Promise((resolve) => setImmediate(resolve))
  }
}

test('setup and cleanup at once: each says so, or what stands in the end is all of it or none', () =>
  fc.assert(
    fc.asyncProperty(fc.boolean(), fc.boolean(), fc.nat(60), (isSetUp, setupFirst, head) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        if (isSetUp) await world.setup()
        world.sandbox.calls.length = 0
        const [first, second] = setupFirst ? [world.setup, world.cleanup] : [world.cleanup, world.setup]
        const one = errorOf(first())
        await after(world, head)
        const errors = await Promise.all([one, errorOf(second())])
        if (errors.every((error) => error === undefined)) expect(await isWhole(world)).toBe(true)
        await world.setup()
        expect((await world.status()).report.ok).toBe(true)
      }),
    ),
    { numRuns: THIRD.runs(16) },
  ))

test('two setups at once both end with all of it standing, or say what they met', () =>
  fc.assert(
    fc.asyncProperty(fc.nat(60), (head) =>
      inWorld({ settings: { alarms: 'minimal' } }, async (world) => {
        const one = errorOf(world.setup())
        await after(world, head)
        const errors = await Promise.all([one, errorOf(world.setup())])
        if (errors.every((error) => error === undefined)) expect((await world.status()).report.ok).toBe(true)
        expect((await world.setup()).error).toBeUndefined()
      }),
    ),
    { numRuns: THIRD.runs(10) },
  ))
