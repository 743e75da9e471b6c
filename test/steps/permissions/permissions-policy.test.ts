import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Grant } from '../../../src/core/resource.ts'
import { allows, type Policy } from '../../../src/sandbox/services/policy.ts'
import { policyOf } from '../../../src/steps/permissions/permissions-policy.ts'

const ACTIONS = ['s3:GetObject', 's3:PutObject', 'iam:PassRole', 'logs:StartQuery']
const THINGS = ['arn:aws:s3:::one', 'arn:aws:s3:::one/a', 'arn:aws:iam::1:role/r', 'arn:aws:logs:x:1:log-group:g']
const CONDITION = { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } }
const CONTEXTS = [
  {},
  { 'iam:PassedToService': 'bedrock.amazonaws.com' },
  { 'iam:PassedToService': 'ec2.amazonaws.com' },
]

const grants: fc.Arbitrary<Grant[]> = fc.array(
  fc
    .record({
      actions: fc.subarray(ACTIONS, { minLength: 1 }),
      resources: fc.subarray([...THINGS, '*', 'arn:aws:s3:::one*', 'arn:aws:iam::1:role/*'], { minLength: 1 }),
      conditional: fc.boolean(),
    })
    .map(({ conditional, ...grant }) => ({ ...grant, ...(conditional && { condition: CONDITION }) })),
  { maxLength: 8 },
)

/** The same grants, each a statement of its own. */
const plainly = (list: readonly Grant[]): Policy => ({
  Statement: list.map(({ actions, resources, condition }) => ({
    Effect: 'Allow',
    Action: [...actions],
    Resource: [...resources],
    ...(condition && { Condition: CONDITION }),
  })),
})

describe('grants merged into a policy', () => {
  test('allow exactly what they allow one by one', () => {
    fc.assert(
      fc.property(grants, (list) => {
        const merged = policyOf(list) as unknown as Policy
        for (const action of ACTIONS) {
          for (const resource of THINGS) {
            for (const context of CONTEXTS) {
              const request = { action, resource, context }
              expect({ ...request, allowed: allows([merged], request) }).toEqual({
                ...request,
                allowed: allows([plainly(list)], request),
              })
            }
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  test('give the same text in any order, and no more statements than there are things', () => {
    fc.assert(
      fc.property(grants, (list) => {
        const policy = policyOf(list)
        expect(policyOf([...list].reverse())).toEqual(policy)
        expect(policyOf([...list, ...list])).toEqual(policy)
        expect(policy.Statement.length).toBeLessThanOrEqual(2 * 7)
      }),
      { numRuns: 200 },
    )
  })

  test('say nothing twice: what a wider right allows is left out', () => {
    const { Statement } = policyOf([
      { actions: ['iam:GetRole'], resources: ['arn:aws:iam::1:role/*'] },
      { actions: ['iam:GetRole', 'iam:CreateRole'], resources: ['arn:aws:iam::1:role/r'] },
    ])
    expect(Statement).toEqual([
      { Sid: 'IamRole', Effect: 'Allow', Action: ['iam:GetRole'], Resource: ['arn:aws:iam::1:role/*'] },
      { Sid: 'IamRole2', Effect: 'Allow', Action: ['iam:CreateRole'], Resource: ['arn:aws:iam::1:role/r'] },
    ])
  })
})
