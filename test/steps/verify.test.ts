import { expect, test } from '@jest/globals'
import type { AwsContext } from '../../src/aws/context.ts'
import { AppError } from '../../src/core/errors.ts'
import type { PlanItem } from '../../src/core/plan.ts'
import type { Result } from '../../src/core/run.ts'
import { verify, verifyGone } from '../../src/steps/verify.ts'

const expired = new AppError('credentials', 'ExpiredToken', 'iam:GetRole failed: expired', { hint: 'sign in' })
const throttled = new AppError('aws', 'Throttling', 'iam:GetRole failed: slow down', { transient: true })

/** Resources that were changed, and what each look at them finds from then on; the pauses take no time. */
function changed(action: 'remove' | 'create', looks: Record<string, (look: number) => object | undefined>) {
  let now = 0
  let reads = 0
  const cx = {
    clock: { now: () => now, sleep: async (ms: number) => (now += ms) },
    signal: new AbortController().signal,
    emit: () => {},
  } as unknown as AwsContext
  const results = Object.entries(looks).map(([name, find]): Result<AwsContext> => {
    let look = 0
    const read = async () => {
      reads++
      return find(++look)
    }
    const resource = { type: 'iam-role', name, step: '1', region: 'us-east-1', read, desired: () => ({ on: true }) }
    return { item: { resource, action, changes: [], readAt: 0 } as unknown as PlanItem<AwsContext>, outcome: 'done' }
  })
  return { cx, results, reads: () => reads }
}

const stands = () => ({ state: { on: true }, owner: async () => 'ours' })
const fails = (error: AppError) => () => {
  throw error
}

test('what could not be read after a cleanup is not said to stand', async () => {
  const { cx, results, reads } = changed('remove', { a: fails(expired), b: fails(expired), c: () => undefined })
  expect(await verifyGone(cx, results, {})).toMatchObject({
    kind: 'credentials',
    code: 'ExpiredToken',
    message: '2 iam-roles (a, b) could not be verified: iam:GetRole failed: expired',
    hint: 'sign in',
  })
  expect(reads()).toBe(3)
})

test('what stands is told apart from what could not be read', async () => {
  const { cx, results, reads } = changed('remove', { a: fails(expired), b: stands })
  expect((await verifyGone(cx, results, {}))?.message).toMatch(
    /^iam-role a could not be verified: .*; still there, or created again by another run: iam-role b$/,
  )
  expect(reads()).toBeLessThan(25)
})

test('what passes is waited for', async () => {
  const passing = (look: number) => (look < 3 ? fails(throttled)() : undefined)
  const { cx, results } = changed('remove', { a: passing, b: (look) => (look < 4 ? stands() : undefined) })
  expect(await verifyGone(cx, results, {})).toBeUndefined()
})

test('what stands to the end is told', async () => {
  const { cx, results } = changed('remove', { a: stands })
  expect(await verifyGone(cx, results, {})).toMatchObject({ kind: 'partial', code: 'StillThere' })
})

test('what setup wrote and nobody can read is not verified', async () => {
  const { cx, results } = changed('create', { a: fails(expired) })
  expect(await verify(cx, results)).toMatchObject({
    kind: 'credentials',
    message: 'what was changed could not be verified: iam:GetRole failed: expired',
    hint: 'sign in',
  })
})
