import { expect, it } from '@jest/globals'
import { iamAction } from '../../src/aws/iam-action.ts'

it.each([
  ['iam', 'CreateRole', 'iam:CreateRole'],
  ['quotas', 'ListServiceQuotas', 'servicequotas:ListServiceQuotas'],
  ['s3', 'ListObjectsV2', 's3:ListBucket'],
  ['s3', 'GetObject', 's3:GetObject'],
])('what denies %s %s is the action %s', (service, operation, action) => {
  expect(iamAction({ service, operation })).toBe(action)
})
