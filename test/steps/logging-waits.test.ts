import { describe, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.ts'
import { intercept } from '../support/intercept.ts'
import { inWorld, type World } from '../support/world.ts'

const put = 'PutModelInvocationLoggingConfiguration'
const puts = ({ sandbox }: World) => sandbox.calls.filter(({ operation }) => operation === put).length
const notes = ({ events }: World) =>
  events.flatMap((event) => (event.type === 'resource-progress' && event.note ? [event.note] : []))

describe('Bedrock checks its destinations at once, and a policy just put takes seconds to be seen', () => {
  test('by bucket: "Failed to validate permissions for bucket" is tried again', () =>
    inWorld({ bucketPropagationMs: 10_000 }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
      expect(puts(world)).toBeGreaterThan(1)
      expect(notes(world)).toContain('waiting for Bedrock to see the bucket policy')
    }))

  test('by both, one after the other', () =>
    inWorld({ bucketPropagationMs: 12_000, propagationMs: 9_000 }, async (world) => {
      expect((await world.setup()).error).toBeUndefined()
    }))

  test('for 15 s, no longer: what is wrong stays wrong', () =>
    inWorld({ bucketPropagationMs: 3_600_000 }, async (world) => {
      const started = world.cx.clock.now()
      const { report, error } = await world.setup()
      expect(error).toBeDefined()
      const failed = report.resources.find(({ outcome }) => outcome === 'failed')
      expect(failed?.error?.message).toContain('Failed to validate permissions for bucket')
      // By the clock of the world, which moves by sleeping.
      expect(world.cx.clock.now() - started).toBeGreaterThanOrEqual(15_000)
      expect(world.cx.clock.now() - started).toBeLessThan(60_000)
    }))

  test('while another refusal is final', () =>
    inWorld({}, async (world) => {
      let asked = 0
      intercept(world.cx, 'bedrock', put, () => {
        asked += 1
        throw new AppError('aws', 'ValidationException', 'The bucket is in another Region')
      })
      expect((await world.setup()).error).toBeDefined()
      expect(asked).toBe(1)
    }))
})
