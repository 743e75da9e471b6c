import { expect, it } from '@jest/globals'
import { lackingAction, toAwsError } from '../../src/aws/errors.ts'
import { inWorld } from '../support/world.ts'

it.each([
  ['iam', 'GetRole', 'iam:GetRole'],
  ['quotas', 'ListServiceQuotas', 'servicequotas:ListServiceQuotas'],
  ['s3', 'ListObjectsV2', 's3:ListBucket'],
  ['s3', 'GetObject', 's3:GetObject'],
  ['budgets', 'DescribeSubscribersForNotification', 'budgets:ViewBudget'],
  ['budgets', 'UpdateBudget', 'budgets:ModifyBudget'],
  ['budgets', 'ListTagsForResource', 'budgets:ListTagsForResource'],
  ['s3', 'CreateBucket', 's3:CreateBucket (and s3:TagResource for the tags)'],
  ['iam', 'CreateRole', 'iam:CreateRole (and iam:TagRole for the tags)'],
])('what denies %s %s is the action %s', (service, operation, action) => {
  expect(lackingAction({ service, operation })).toBe(action)
})

it('the action that AWS names is the one to allow', () => {
  const because = 'because no identity-based policy allows the s3:TagResource action'
  const message = `User: arn:aws:iam::111122223333:user/ada is not authorized to perform: s3:TagResource on resource: "arn:aws:s3:::b" ${because}`
  const thrown = Object.assign(new Error(message), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } })
  const { hint } = toAwsError(thrown, { service: 's3', operation: 'CreateBucket' })
  expect(hint).toBe('allow s3:TagResource for the identity that runs this command')
})

// "CreateBucket with tags needs s3:TagResource."
it('a bucket that may not be tagged when it is made: both rights are named', () =>
  inWorld({}, async (world) => {
    world.sandbox.faults.push({ kind: 'access-denied', service: 's3', operation: 'CreateBucket', count: 99 })
    const { report } = await world.setup({ skipChecks: true })
    const bucket = report.resources.find(({ type }) => type === 's3-bucket')
    expect(bucket?.error?.hint).toContain('s3:CreateBucket (and s3:TagResource for the tags)')
  }))
