import { expect, test } from '@jest/globals'
import { planForEmptyAccount } from '../../src/steps/0-orchestrator.ts'
import type { Settings } from '../../src/steps/settings.ts'
import { inWorld, REGION } from '../support/world.ts'

const ALL = { only: [], skip: [] }

test.each<[string, Partial<Settings>, string[]]>([
  ['with the defaults', {}, [REGION]],
  ['in two Regions', {}, [REGION, 'eu-west-1']],
  ['with everything that is optional', { alarms: 'strict', email: 'a@example.com', budgetUsd: 50 }, [REGION]],
  ['with the fewest alarms', { alarms: 'minimal', metadataOnly: true }, [REGION]],
])('the plan on paper is that of setup in an account that is empty: %s', (_, settings, regions) =>
  inWorld({ settings, regions: [REGION, ...regions.slice(1)] }, async (world) => {
    const { report } = await world.setup({ dryRun: true })
    const { env, sandbox } = world
    sandbox.calls.length = 0
    const paper = planForEmptyAccount(env, ALL).report
    expect(paper.resources).toEqual(report.resources)
    expect(paper.monthlyCost).toEqual(report.monthlyCost)
    expect(paper.ok).toBe(true)
    expect(sandbox.calls).toEqual([])
  }),
)

test('the plan on paper is of the chosen steps', () =>
  inWorld({}, async ({ env }) => {
    const steps = planForEmptyAccount(env, { only: ['iam', '4'], skip: [] }).report.resources.map(({ step }) => step)
    expect(new Set(steps)).toEqual(new Set(['1', '4']))
  }))

test('the plan on paper refuses settings that cannot be had together', () =>
  inWorld(
    { settings: { snsTopic: `arn:aws:sns:${REGION}:111122223333:t`, email: 'a@example.com' } },
    async ({ env }) => {
      expect(() => planForEmptyAccount(env, ALL)).toThrow(expect.objectContaining({ kind: 'usage' }))
    },
  ))
