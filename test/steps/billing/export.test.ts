import { expect, test } from '@jest/globals'
import { inWorld } from '../../support/world.ts'

test('try', () =>
  inWorld({ settings: { alarms: 'minimal', billingExport: true } }, async (world) => {
    const first = await world.setup({ only: ['billing'] })
    expect(first.report.resources.map(({ type, action, outcome, error }) => ({ type, action, outcome, error }))).toEqual([])
  }))
