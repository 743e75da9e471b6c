import { describe, expect, test } from '@jest/globals'
import { interrupted } from '../../../src/core/errors.ts'
import type { ModelInUse } from '../../../src/steps/use/in-use.ts'
import { readQuotaAlarmNames, readQuotas } from '../../../src/steps/use/quotas.ts'
import { failing, fakeAws } from '../../support/fake-aws.ts'

const stopped = () => {
  throw interrupted()
}

describe('the names of quota alarms', () => {
  test('are those of every page and Region, sorted', async () => {
    const { cx } = fakeAws({
      DescribeAlarms: ({ NextToken }: { NextToken?: string }, region: string) =>
        NextToken === undefined
          ? { MetricAlarms: [{ AlarmName: `${region}-b` }], NextToken: 'more' }
          : { MetricAlarms: [{ AlarmName: `${region}-a` }] },
    })
    expect(await readQuotaAlarmNames(cx, ['us-east-1', 'eu-west-1'])).toEqual(
      new Map([
        ['us-east-1', ['us-east-1-a', 'us-east-1-b']],
        ['eu-west-1', ['eu-west-1-a', 'eu-west-1-b']],
      ]),
    )
  })

  test('are unknown in a Region that may not be read, and known in the others', async () => {
    const { cx } = fakeAws({
      DescribeAlarms: (_input: never, region: string) =>
        region === 'us-east-1' ? failing('AccessDenied')() : { MetricAlarms: [] },
    })
    expect(await readQuotaAlarmNames(cx, ['us-east-1', 'eu-west-1'])).toEqual(new Map([['eu-west-1', []]]))
  })

  test('are not read past an interruption', async () => {
    const { cx } = fakeAws({ DescribeAlarms: stopped })
    await expect(readQuotaAlarmNames(cx, ['us-east-1'])).rejects.toMatchObject({ kind: 'interrupted' })
  })
})

describe('the quotas of models in use', () => {
  const model = { modelId: 'amazon.nova-lite-v1:0' } as ModelInUse
  const inUse = new Map([['us-east-1', [model]]])

  test('leave the models as they are where they cannot be read, with a warning', async () => {
    const { cx, events } = fakeAws({ ListServiceQuotas: failing('AccessDenied') })
    const read = await readQuotas(cx, inUse)
    expect(read.inUse).toEqual(inUse)
    expect(read.quotasReadIn).toEqual(new Set())
    expect(events).toEqual([
      { type: 'warning', warning: { code: 'quotas-unreadable', message: expect.stringContaining('us-east-1') } },
    ])
  })

  test('are not read past an interruption', async () => {
    const { cx } = fakeAws({ ListServiceQuotas: stopped })
    await expect(readQuotas(cx, inUse)).rejects.toMatchObject({ kind: 'interrupted' })
  })

  test('of a Region without a model cost no call', async () => {
    const { cx, calls } = fakeAws({})
    expect((await readQuotas(cx, new Map([['us-east-1', []]]))).quotasReadIn).toEqual(new Set(['us-east-1']))
    expect(calls).toEqual([])
  })
})
