import { expect, jest, test } from '@jest/globals'
import fc from 'fast-check'
import { THIRD } from '../support/share.ts'
import { errorOf, inWorld, type World } from '../support/world.ts'

jest.setTimeout(240_000)

/** What the runs are about: what everybody has, or with what is made on request alone. */
const settings = fc.constantFrom(
  { alarms: 'minimal' } as const,
  { alarms: 'minimal', lake: true, billingExport: true } as const,
)
/** So many calls of the first go by before the second begins. */
const heads = fc.nat(150)

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
    fc.asyncProperty(settings, fc.boolean(), fc.boolean(), heads, (asked, isSetUp, setupFirst, head) =>
      inWorld({ settings: asked }, async (world) => {
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
    fc.asyncProperty(settings, heads, (asked, head) =>
      inWorld({ settings: asked }, async (world) => {
        const one = errorOf(world.setup())
        await after(world, head)
        const errors = await Promise.all([one, errorOf(world.setup())])
        if (errors.every((error) => error === undefined)) expect((await world.status()).report.ok).toBe(true)
        expect((await world.setup()).error).toBeUndefined()
      }),
    ),
    { numRuns: THIRD.runs(10) },
  ))

test('two cleanups at once both end with nothing left, or say what they met, and a third leaves nothing', () =>
  fc.assert(
    fc.asyncProperty(settings, heads, (asked, head) =>
      inWorld({ settings: asked, isSetUp: true }, async (world) => {
        world.sandbox.calls.length = 0
        const one = errorOf(world.cleanup())
        await after(world, head)
        const errors = await Promise.all([one, errorOf(world.cleanup())])
        if (errors.some((error) => error !== undefined)) expect((await world.cleanup()).error).toBeUndefined()
        expect((await world.status()).report.resources.every(({ action }) => action === 'create')).toBe(true)
      }),
    ),
    { numRuns: THIRD.runs(10) },
  ))
