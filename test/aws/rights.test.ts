import type { EvaluationResult } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import { judge, needsOf } from '../../src/aws/simulate.ts'

const ARN = 'arn:aws:s3:::one'
const need = [{ action: 's3:CreateBucket', resources: [ARN] }]
const result = (more: Partial<EvaluationResult>): EvaluationResult => ({
  EvalActionName: 's3:CreateBucket',
  EvalResourceName: ARN,
  EvalDecision: 'implicitDeny',
  ...more,
})

describe('what a simulation tells', () => {
  test.each<[string, EvaluationResult[], string[]]>([
    ['an allow', [result({ EvalDecision: 'allowed' })], []],
    ['a want of an allow', [result({})], ['not allowed']],
    ['an explicit deny', [result({ EvalDecision: 'explicitDeny' })], ['explicitly denied']],
    [
      'a boundary',
      [result({ PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false } })],
      ['outside the permissions boundary'],
    ],
    [
      'an organization',
      [result({ OrganizationsDecisionDetail: { AllowedByOrganizations: false } })],
      ['refused by a policy of the organization'],
    ],
    [
      'parts: the one of this thing counts, not the worst of all',
      [
        result({
          EvalResourceName: '*',
          EvalDecision: 'implicitDeny',
          ResourceSpecificResults: [
            { EvalResourceName: 'arn:aws:iam::1:role/r', EvalResourceDecision: 'implicitDeny' },
            { EvalResourceName: ARN, EvalResourceDecision: 'allowed' },
          ],
        }),
      ],
      [],
    ],
    [
      'parts: the boundary of this thing',
      [
        result({
          EvalResourceName: '*',
          ResourceSpecificResults: [
            {
              EvalResourceName: ARN,
              EvalResourceDecision: 'implicitDeny',
              PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
            },
          ],
        }),
      ],
      ['outside the permissions boundary'],
    ],
    ['a result for each thing', [result({ EvalResourceName: 'other' }), result({ EvalDecision: 'allowed' })], []],
    ['the action in other letters', [result({ EvalActionName: 'S3:createbucket' })], ['not allowed']],
    ['nothing about it', [], []],
  ])('%s', (_title, results, why) => {
    expect(judge(need, results).missing.map((missing) => missing.why)).toEqual(why)
  })

  test('a refusal for want of condition keys is undecided, not missing', () => {
    const judged = judge(need, [result({ MissingContextValues: ['aws:SourceIp'] })])
    expect(judged).toEqual({
      missing: [],
      undecided: [{ action: 's3:CreateBucket', missingContext: ['aws:SourceIp'] }],
    })
  })
})

describe('what is asked for', () => {
  test('a log group under either of its ARNs', () => {
    const group = 'arn:aws:logs:us-east-1:1:log-group:g'
    const needs = needsOf([{ actions: ['logs:CreateLogGroup'], resources: [group, `${group}:*`] }])
    expect(needs).toEqual([{ action: 'logs:CreateLogGroup', resources: [group, `${group}:*`] }])
    const only = {
      EvalActionName: 'logs:CreateLogGroup',
      EvalDecision: 'allowed',
      EvalResourceName: `${group}:*`,
    } as const
    expect(judge(needs, [{ ...only, EvalResourceName: group, EvalDecision: 'implicitDeny' }, only]).missing).toEqual([])
  })

  test('each thing once, and no role of any name', () => {
    const grant = { actions: ['iam:PassRole'], resources: ['arn:aws:iam::1:role/r', 'arn:aws:iam::1:role/*'] }
    expect(needsOf([grant, grant])).toEqual([{ action: 'iam:PassRole', resources: ['arn:aws:iam::1:role/r'] }])
  })
})
