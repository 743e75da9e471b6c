import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pauseAfter, type RetryOptions, withRetries } from '../../src/aws/retry.ts'
import type { Context } from '../../src/core/context.ts'

const throttled = { name: 'ThrottlingException', $fault: 'client', $metadata: { httpStatusCode: 400 } }
const broken = { name: 'InternalFailure', $fault: 'server', $metadata: { httpStatusCode: 500 } }
const reset = { name: 'Error', code: 'ECONNRESET' }
const cutOff = { name: 'SyntaxError', $response: { statusCode: 200 } }
const denied = { name: 'AccessDenied', $fault: 'client', $metadata: { httpStatusCode: 403 } }
const expired = { name: 'ExpiredToken', $fault: 'client', $metadata: { httpStatusCode: 403 } }
const invalid = { name: 'ValidationException', $fault: 'client', $metadata: { httpStatusCode: 400 } }

/** A context whose clock moves by sleeping only. */
function atRest(signal = new AbortController().signal) {
  const pauses: number[] = []
  let now = 0
  const cx: Context = {
    clock: {
      now: () => now,
      async sleep(ms, sleeper) {
        sleeper.throwIfAborted()
        pauses.push(ms)
        now += ms
      },
    },
    signal,
    emit: () => {},
  }
  return { cx, pauses, pass: (ms: number) => (now += ms) }
}

const options = (more: Partial<RetryOptions> = {}): RetryOptions => ({
  signal: new AbortController().signal,
  maxAttempts: 1_000,
  random: () => 0.999_999,
  ...more,
})

describe('pauseAfter', () => {
  test.each([
    ['a throttle', throttled],
    ['a fault of the server', broken],
    ['a broken connection', reset],
    ['an answer cut off', cutOff],
  ])('%s is worth another try', (_title, thrown) => {
    expect(pauseAfter(thrown, 1, 0, options())).toBeGreaterThan(0)
  })

  test.each([
    ['a refusal', denied],
    ['an expired token', expired],
    ['what AWS calls invalid', invalid],
    ['nothing at all', undefined],
  ])('%s is not', (_title, thrown) => {
    expect(pauseAfter(thrown, 1, 0, options())).toBeUndefined()
  })

  test('the jitter is full: from nothing up to a bound that doubles from try to try and ends at 5 s', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (attempt, share) => {
          const pause = pauseAfter(throttled, attempt, 0, options({ random: () => share })) ?? Number.NaN
          const bound = Math.min(5_000, 500 * 2 ** (attempt - 1))
          expect(pause).toBe(Math.ceil(share * bound))
        },
      ),
    )
  })

  test.each([
    ['seconds', '7', 7_000],
    ['a date', new Date(1_000_000 + 30_000).toUTCString(), 30_000],
    ['a date that has passed', new Date(0).toUTCString(), 0],
    ['nonsense', 'soon', 0],
  ])('Retry-After in %s is the least it waits', (_title, said, ms) => {
    const thrown = { ...throttled, $response: { statusCode: 400, headers: { 'retry-after': said } } }
    expect(pauseAfter(thrown, 1, 1_000_000, options({ random: () => 0 }))).toBe(ms)
  })

  test('no more tries than allowed', () => {
    expect(pauseAfter(throttled, 2, 0, options({ maxAttempts: 3 }))).toBeDefined()
    expect(pauseAfter(throttled, 3, 0, options({ maxAttempts: 3 }))).toBeUndefined()
  })

  test('for advice, a fault on the side of AWS is not waited out, and any other is', () => {
    expect(pauseAfter(broken, 1, 0, options({ isAdvice: true }))).toBeUndefined()
    for (const thrown of [throttled, reset, cutOff]) {
      expect(pauseAfter(thrown, 1, 0, options({ isAdvice: true }))).toBeDefined()
    }
  })
})

describe('withRetries', () => {
  test('gets over a throttle of twenty seconds', async () => {
    const { cx } = atRest()
    const call = async () => {
      if (cx.clock.now() < 20_000) throw throttled
      return 'done'
    }
    await expect(withRetries(cx, call, options())).resolves.toBe('done')
  })

  test('begins no try later than a minute after the first one, and rejects with the last failure', async () => {
    const { cx, pass } = atRest()
    let tries = 0
    const call = async () => {
      tries += 1
      pass(1_000)
      throw { ...throttled, message: `try ${tries}` }
    }
    const last = await withRetries(cx, call, options()).catch((thrown: { message: string }) => thrown.message)
    expect(last).toBe(`try ${tries}`)
    expect(cx.clock.now()).toBeGreaterThan(50_000)
    expect(cx.clock.now()).toBeLessThanOrEqual(62_000)
  })

  test('a wait that AWS asks for and that does not fit is not begun', async () => {
    const { cx, pauses } = atRest()
    const thrown = { ...throttled, $response: { statusCode: 400, headers: { 'retry-after': '3600' } } }
    await expect(withRetries(cx, () => Promise.reject(thrown), options())).rejects.toBe(thrown)
    expect(pauses).toEqual([])
  })

  test('an interruption ends it at once', async () => {
    const stop = new AbortController()
    const { cx, pauses } = atRest(stop.signal)
    const call = async () => {
      stop.abort()
      throw reset
    }
    await expect(withRetries(cx, call, options({ signal: stop.signal }))).rejects.toBe(reset)
    expect(pauses).toEqual([])
  })
})
