import { expect, test } from '@jest/globals'
import { readPolicy } from '../../src/aws/policy.ts'
import type { Env } from '../../src/steps/env.ts'
import { denialOf } from '../../src/steps/iam/role-state.ts'
import { resolveSettings } from '../../src/steps/resolve-settings.ts'

const { settings } = resolveSettings([])
const env = {
  accountId: '111122223333',
  region: 'us-east-1',
  regions: ['us-east-1', 'eu-west-1'],
  homeRegion: undefined,
  settings,
} as Env
const GROUP = `arn:aws:logs:eu-west-1:111122223333:log-group:${settings.logGroupName}`

test.each<[string, object, boolean]>([
  ['all of logs', { Action: 'logs:*', Resource: '*' }, true],
  ['one of the two actions, in one Region', { Action: 'LOGS:PutLogEvents', Resource: `${GROUP}:*` }, true],
  ['all but S3', { NotAction: 's3:*', Resource: '*' }, true],
  ['all but reading logs', { NotAction: ['logs:Get*', 's3:*'], Resource: '*' }, true],
  ['all but logs', { NotAction: 'logs:*', Resource: '*' }, false],
  ['on all but a bucket', { Action: 'logs:*', NotResource: 'arn:aws:s3:::x/*' }, true],
  ['on all but log groups', { Action: '*', NotResource: 'arn:aws:logs:*' }, false],
  ['on all but the group of one Region', { Action: '*', NotResource: `${GROUP}:*` }, true],
  ['something else', { Action: 'logs:DeleteLogGroup', Resource: '*' }, false],
  ['under a condition, which is not judged', { Action: '*', Resource: '*', Condition: { Bool: { x: 'true' } } }, false],
])('a role is denied to write the log: %s', (_, statement, isDenied) => {
  const document = JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Deny', ...statement }] })
  expect(denialOf(env, readPolicy(document)) !== undefined).toBe(isDenied)
})
