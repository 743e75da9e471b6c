import { describe, expect, test } from '@jest/globals'
import { Roles } from '../../../src/sandbox/services/iam/roles.ts'
import { simulate } from '../../../src/sandbox/services/iam/simulate.ts'

const CALL = { account: '111122223333', region: 'us-east-1', now: 0 }
const USER = 'arn:aws:iam::111122223333:user/me'
const asked = { ActionNames: ['s3:GetObject', 's3:PutObject'], ResourceArns: ['arn:aws:s3:::a/x', 'arn:aws:s3:::b/x'] }

function rolesWith(policy: object): { roles: Roles; arn: string } {
  const roles = new Roles()
  const shape = {
    name: 'R',
    path: '/deep/',
    description: undefined,
    boundary: undefined,
    maxSessionDuration: 3600,
    trust: '{}',
  }
  const role = roles.create(shape, [], CALL)
  role.policies.set('p', JSON.stringify(policy))
  return { roles, arn: role.arn }
}

const decisions = (results: ReturnType<typeof simulate>) =>
  results.flatMap(({ EvalActionName, ResourceSpecificResults = [] }) =>
    ResourceSpecificResults.map((part) => [EvalActionName, part.EvalResourceName, part.EvalResourceDecision]),
  )

describe('SimulatePrincipalPolicy', () => {
  // "refuses with InvalidInput '… require different authorization information' when one request mixes actions …"
  test('refuses actions side by side that it looks at in different ways, and names both lists', () => {
    const ActionNames = ['s3:PutBucketPolicy', 's3:PutObjectLockConfiguration']
    expect(() => simulate(new Roles(), [], { PolicySourceArn: USER, ActionNames })).toThrow(
      'Invalid Input Actions: [s3:PutBucketPolicy] and [s3:PutObjectLockConfiguration] require different authorization information.',
    )
    for (const ActionName of ActionNames) {
      expect(simulate(new Roles(), [], { PolicySourceArn: USER, ActionNames: [ActionName] })).toHaveLength(1)
    }
  })

  test('tells of each action on each resource what the policies of a role allow', () => {
    const { roles, arn } = rolesWith({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:Get*', Resource: 'arn:aws:s3:::a/*' }],
    })
    expect(decisions(simulate(roles, [], { PolicySourceArn: arn, ...asked }))).toEqual([
      ['s3:GetObject', 'arn:aws:s3:::a/x', 'allowed'],
      ['s3:GetObject', 'arn:aws:s3:::b/x', 'implicitDeny'],
      ['s3:PutObject', 'arn:aws:s3:::a/x', 'implicitDeny'],
      ['s3:PutObject', 'arn:aws:s3:::b/x', 'implicitDeny'],
    ])
  })

  test('looks at the context that is given', () => {
    const { roles, arn } = rolesWith({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'iam:PassRole',
          Resource: '*',
          Condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
        },
      ],
    })
    const pass = (service: string) =>
      simulate(roles, [], {
        PolicySourceArn: arn,
        ActionNames: ['iam:PassRole'],
        ContextEntries: [{ ContextKeyName: 'iam:PassedToService', ContextKeyValues: [service] }],
      }).map(({ EvalDecision }) => EvalDecision)
    expect([pass('bedrock.amazonaws.com'), pass('ec2.amazonaws.com')]).toEqual([['allowed'], ['implicitDeny']])
  })

  test('finds refused what is refused on purpose, where it is', () => {
    const refusals = [{ action: 's3:Put*', resource: 'arn:aws:s3:::b/*', decision: 'explicitDeny' as const }]
    const found = decisions(simulate(new Roles(), refusals, { PolicySourceArn: USER, ...asked }))
    expect(found.filter(([, , decision]) => decision !== 'allowed')).toEqual([
      ['s3:PutObject', 'arn:aws:s3:::b/x', 'explicitDeny'],
    ])
  })

  test.each([
    ['the root user', 'arn:aws:iam::111122223333:root', 'InvalidInput'],
    ['a session', 'arn:aws:sts::111122223333:assumed-role/R/s', 'InvalidInput'],
    ['a role that is not there, such as one without its path', 'arn:aws:iam::111122223333:role/R', 'NoSuchEntity'],
  ])('refuses %s', (_who, arn, code) => {
    const { roles } = rolesWith({ Version: '2012-10-17', Statement: [] })
    expect(() => simulate(roles, [], { PolicySourceArn: arn, ...asked })).toThrow(expect.objectContaining({ code }))
  })
})
