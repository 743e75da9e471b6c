import { describe, expect, test } from '@jest/globals'
import { type AppError, interrupted } from '../../src/core/errors.ts'
import type { PlanItem } from '../../src/core/plan.ts'
import { type CleanupOptions, cleanup } from '../../src/steps/7-cleanup.ts'
import { intercept } from '../support/intercept.ts'
import { inWorld, type World, writingCalls } from '../support/world.ts'

const OPTIONS: CleanupOptions = {
  only: [],
  skip: [],
  dryRun: false,
  yes: false,
  keepData: false,
  includeAdopted: false,
  includeOthers: false,
  skipChecks: false,
}

/** Cleans up with somebody there who answers the questions, in turn, and tells what they were about. */
async function attended({ session }: World, answers: readonly boolean[], options: Partial<CleanupOptions> = {}) {
  const asked: { question: string; types: string[] }[] = []
  const left = [...answers]
  const result = await cleanup(
    await session(),
    { ...OPTIONS, ...options },
    {
      showPlan: () => {},
      async confirm(question: string, items: readonly PlanItem[]) {
        asked.push({ question, types: items.map(({ resource }) => resource.type) })
        return left.shift() ?? false
      },
      recover: async () => 'skip',
    },
  )
  return { ...result, asked }
}

describe('before anything is removed', () => {
  test('it asks once, and a second time for what holds data', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { asked, error } = await attended(world, [true, true])
      expect(error).toBeUndefined()
      expect(asked.map(({ question }) => question)).toEqual(['remove', 'remove-data'])
      expect([...(asked[1]?.types ?? [])].sort()).toEqual(['log-group', 's3-bucket'])
    }))

  test('a no at the first question removes nothing', () =>
    inWorld({ isSetUp: true }, async (world) => {
      world.sandbox.calls.length = 0
      const { asked, error } = await attended(world, [false])
      expect(error).toMatchObject({ kind: 'interrupted', code: 'Declined', message: 'Cancelled. Nothing changed.' })
      expect(asked).toHaveLength(1)
      expect(writingCalls(world)).toEqual([])
    }))

  test('a no at the second keeps the data, and the rest goes', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { asked, error, report } = await attended(world, [true, false])
      expect(error).toBeUndefined()
      expect(asked).toHaveLength(2)
      const left = report.resources.flatMap(({ type, outcome }) => (outcome === 'skipped' ? [type] : []))
      expect(left.sort()).toEqual(['log-group', 's3-bucket'])
    }))

  test('nothing is asked where there is nothing to remove', () =>
    inWorld({}, async (world) => {
      const { asked, error } = await attended(world, [])
      expect([asked, error]).toEqual([[], undefined])
    }))

  test('one question is enough for what holds no data', () =>
    inWorld({ isSetUp: true }, async (world) => {
      const { asked, report } = await attended(world, [true], { only: ['4'] })
      expect(asked).toEqual([{ question: 'remove', types: ['dashboard'] }])
      expect(report.resources.filter(({ outcome }) => outcome === 'done').map(({ type }) => type)).toEqual([
        'dashboard',
      ])
    }))

  test('alarms are not looked for where they are not selected', () =>
    inWorld({}, async (world) => {
      await attended(world, [], { only: ['iam'], dryRun: true })
      expect(world.sandbox.calls.map(({ operation }) => operation)).not.toContain('DescribeAlarms')
    }))

  test('missing rights stop it, unless it is told not to ask for them', () =>
    inWorld({ isSetUp: true }, async (world) => {
      world.sandbox.services.iam.refusals.push({ action: 'cloudwatch:DeleteDashboards' })
      const only = { yes: true, only: ['dashboard'] }
      expect((await attended(world, [], only)).error).toMatchObject({ code: 'MissingRights' })
      world.sandbox.calls.length = 0
      await attended(world, [], { ...only, skipChecks: true })
      expect(world.sandbox.calls.map(({ operation }) => operation)).not.toContain('SimulatePrincipalPolicy')
      expect(writingCalls(world)).toEqual(['cloudwatch:DeleteDashboards'])
    }))
})

test('a dry run that cannot read everything fails, and shows what it could read', () =>
  inWorld({ maxAttempts: 1, isSetUp: true }, async (world) => {
    world.sandbox.faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetDashboard' })
    const { error, report } = await attended(world, [], { dryRun: true })
    expect(error).toMatchObject({ kind: 'aws', message: expect.stringContaining('cloudwatch:GetDashboard failed') })
    expect(report.ok).toBe(false)
    expect(report.resources.find(({ type }) => type === 's3-bucket')).toMatchObject({ action: 'remove' })
  }))

test.each<[AppError['kind'], (world: World) => void]>([
  ['credentials', ({ sandbox }) => sandbox.faults.push({ kind: 'expired-token', writing: true, count: 999 })],
  [
    'interrupted',
    ({ cx, abort }) =>
      intercept(cx, 'cloudwatch', 'DeleteDashboards', (send) => {
        abort.abort(interrupted())
        return send()
      }),
  ],
])('what ends a clean-up half-way is told as what it is (%s), beside what was done', (kind, stop) =>
  inWorld({ maxAttempts: 1, isSetUp: true }, async (world) => {
    stop(world)
    const { error, report } = await attended(world, [], { yes: true, skipChecks: true })
    expect(error?.kind).toBe(kind)
    expect(report.ok).toBe(false)
    expect(report.resources.map(({ outcome }) => outcome)).toContain('not-run')
  }),
)
