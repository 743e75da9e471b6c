import { describe, expect, test } from '@jest/globals'
import { retryUntil } from '../../src/aws/retry.ts'
import type { Context } from '../../src/core/context.ts'

/** A context whose clock moves by sleeping only. */
function atRest() {
  const pauses: number[] = []
  let now = 0
  const cx: Context = {
    clock: {
      now: () => now,
      async sleep(ms) {
        pauses.push(ms)
        now += ms
      },
    },
    signal: new AbortController().signal,
    emit: () => {},
  }
  return { cx, pauses }
}

describe('retryUntil', () => {
  test('tries until it succeeds, with growing pauses, and says once that it waits', async () => {
    const { cx, pauses } = atRest()
    let tries = 0
    let told = 0
    const run = async () => {
      tries += 1
      if (tries < 6) throw new Error('not yet')
      return tries
    }
    const options = { run, retryOn: () => true, deadlineMs: 60_000, onWait: () => (told += 1) }
    await expect(retryUntil(cx, { ...options, onWait: () => void options.onWait() })).resolves.toBe(6)
    expect(pauses).toEqual([500, 1000, 2000, 4000, 5000])
    expect(told).toBe(1)
  })

  test('gives up at the deadline with the last failure', async () => {
    const { cx, pauses } = atRest()
    const run = () => Promise.reject(new Error('not yet'))
    await expect(retryUntil(cx, { run, retryOn: () => true, deadlineMs: 10_000, onWait: () => {} })).rejects.toThrow(
      'not yet',
    )
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(10_000)
  })

  test('does not wait for what time does not heal', async () => {
    const { cx, pauses } = atRest()
    const run = () => Promise.reject(new Error('never'))
    await expect(retryUntil(cx, { run, retryOn: () => false, deadlineMs: 10_000, onWait: () => {} })).rejects.toThrow(
      'never',
    )
    expect(pauses).toEqual([])
  })
})
