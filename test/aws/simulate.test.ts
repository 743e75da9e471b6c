import type { SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { missingRights } from '../../src/aws/simulate.ts'
import type { Grant } from '../../src/core/resource.ts'
import { failing, fakeAws } from '../support/fake-aws.ts'
import { inWorld } from '../support/world.ts'

const USER = 'arn:aws:iam::111122223333:user/ada'
const GROUP = 'arn:aws:logs:us-east-1:111122223333:log-group:g'
const anything: Grant = { actions: ['cloudwatch:ListMetrics'], resources: ['*'] }
const group: Grant = { actions: ['logs:StartQuery'], resources: [GROUP] }

type Input = SimulatePrincipalPolicyCommandInput

/** Everything is allowed, or everything refused. */
const verdict =
  (EvalDecision: string) =>
  ({ ActionNames = [], ResourceArns = ['*'] }: Input) => ({
    EvaluationResults: ActionNames.flatMap((EvalActionName) =>
      ResourceArns.map((EvalResourceName) => ({ EvalActionName, EvalResourceName, EvalDecision })),
    ),
  })

describe('the rights that are missing', () => {
  test('what knows no resource is simulated apart from what does', async () => {
    const { cx, calls } = fakeAws({ SimulatePrincipalPolicy: verdict('implicitDeny') })
    const { missing, unknown } = await missingRights(cx, USER, [anything, group])
    expect(unknown).toBeUndefined()
    expect(missing.map(({ action, resource }) => [action, resource])).toEqual([
      ['cloudwatch:ListMetrics', '*'],
      ['logs:StartQuery', GROUP],
    ])
    expect(calls.map(({ input }) => input.ResourceArns)).toEqual([undefined, [GROUP]])
  })

  test('are read to the last page', async () => {
    const { cx } = fakeAws({
      SimulatePrincipalPolicy: ({ Marker, ...input }: Input) =>
        Marker === undefined ? { IsTruncated: true, Marker: 'more' } : verdict('explicitDeny')(input),
    })
    expect((await missingRights(cx, USER, [group])).missing).toEqual([
      { action: 'logs:StartQuery', resource: GROUP, why: 'explicitly denied' },
    ])
  })

  test('are asked for with the condition keys of the grants, which may have one value or several', async () => {
    const { cx, calls } = fakeAws({ SimulatePrincipalPolicy: verdict('allowed') })
    const with_ = (condition: NonNullable<Grant['condition']>): Grant => ({ ...group, condition })
    await missingRights(cx, USER, [
      with_({ StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com', 'aws:TagKeys': ['b', 'a'] } }),
      with_({ StringEquals: { 'aws:TagKeys': 'c' } }),
    ])
    expect(calls[0]?.input.ContextEntries).toEqual([
      {
        ContextKeyName: 'iam:PassedToService',
        ContextKeyType: 'string',
        ContextKeyValues: ['bedrock.amazonaws.com'],
      },
      { ContextKeyName: 'aws:TagKeys', ContextKeyType: 'stringList', ContextKeyValues: ['a', 'b', 'c'] },
    ])
  })

  test('are not known where the real call alone has a condition key', async () => {
    const { cx } = fakeAws({
      SimulatePrincipalPolicy: () => ({
        EvaluationResults: [
          {
            EvalActionName: 'logs:StartQuery',
            EvalResourceName: GROUP,
            EvalDecision: 'implicitDeny',
            MissingContextValues: ['aws:SourceVpce', 'aws:SourceIp'],
          },
        ],
      }),
    })
    expect(await missingRights(cx, USER, [group])).toEqual({
      missing: [],
      unknown: 'one right depends on aws:SourceIp, aws:SourceVpce, which IAM does not know here',
    })
  })
})

describe('where IAM cannot be asked', () => {
  test('nothing is missing, and it says why', async () => {
    const { cx } = fakeAws({ SimulatePrincipalPolicy: failing('AccessDenied') })
    expect(await missingRights(cx, USER, [group])).toEqual({ missing: [], unknown: 'failed with AccessDenied' })
  })

  test('bad credentials end it', async () => {
    const { cx } = fakeAws({ SimulatePrincipalPolicy: failing('ExpiredToken', 'credentials') })
    await expect(missingRights(cx, USER, [group])).rejects.toMatchObject({ kind: 'credentials' })
  })

  test('a bug is not taken for a want of rights', async () => {
    const { cx } = fakeAws({
      SimulatePrincipalPolicy: () => {
        throw new TypeError('a bug')
      },
    })
    await expect(missingRights(cx, USER, [group])).rejects.toThrow('a bug')
  })

  test('a fault on the side of IAM is not waited out: the answer is advice', () =>
    inWorld({ maxAttempts: 9 }, async ({ sandbox, cx }) => {
      sandbox.faults.push({ kind: '500', service: 'iam', operation: 'SimulatePrincipalPolicy', count: 99 })
      const started = cx.clock.now()
      const { missing, unknown } = await missingRights(cx, USER, [group])
      expect([missing, unknown]).toEqual([[], expect.stringContaining('iam:SimulatePrincipalPolicy failed')])
      expect(sandbox.calls.filter(({ operation }) => operation === 'SimulatePrincipalPolicy')).toHaveLength(1)
      expect(cx.clock.now() - started).toBeLessThan(5_000)
    }))
})
