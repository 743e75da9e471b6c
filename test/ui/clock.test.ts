import { expect, test } from '@jest/globals'
import { interrupted } from '../../src/core/errors.ts'
import { systemClock } from '../../src/ui/io.ts'

test('a sleep ends at once with the reason of an interruption', async () => {
  const controller = new AbortController()
  const sleep = systemClock.sleep(60_000, controller.signal)
  const reason = interrupted()
  controller.abort(reason)
  await expect(sleep).rejects.toBe(reason)
})

test('a sleep lasts as long as it should', async () => {
  const before = systemClock.now()
  await systemClock.sleep(20, new AbortController().signal)
  expect(systemClock.now() - before).toBeGreaterThanOrEqual(19)
})
