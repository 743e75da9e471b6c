import { expect, test } from '@jest/globals'
import { principalOf } from '../../src/aws/simulate.ts'
import { failing, fakeAws } from '../support/fake-aws.ts'

const SESSION = 'arn:aws:sts::111122223333:assumed-role/Deploy/session'
const ROLE = 'arn:aws:iam::111122223333:role/ci/Deploy'

test('behind the session of a role stands the role, with its path', async () => {
  const { cx, calls } = fakeAws({ GetRole: () => ({ Role: { Arn: ROLE } }) })
  expect(await principalOf(cx, SESSION)).toEqual({ arn: ROLE })
  expect(calls).toEqual([expect.objectContaining({ input: { RoleName: 'Deploy' } })])
})

test('a user stands for itself', async () => {
  const user = 'arn:aws:iam::111122223333:user/team/ada'
  expect(await principalOf(fakeAws({}).cx, user)).toEqual({ arn: user })
})

test.each([
  ['arn:aws:iam::111122223333:root', 'root user'],
  ['arn:aws:sts::111122223333:federated-user/ada', 'only the permissions of users and roles'],
  ['arn:aws:sts::111122223333:assumed-role', 'only the permissions of users and roles'],
])('of %s nothing can be told, and no call is made', async (caller, why) => {
  expect(await principalOf(fakeAws({}).cx, caller)).toEqual({ unknown: expect.stringContaining(why) })
})

test('of a role that may not be looked at, the refusal tells why', async () => {
  const { cx } = fakeAws({ GetRole: failing('AccessDenied') })
  expect(await principalOf(cx, SESSION)).toEqual({ unknown: 'failed with AccessDenied' })
})

test('an answer without an ARN is told of', async () => {
  const { cx } = fakeAws({ GetRole: () => ({ Role: {} }) })
  expect(await principalOf(cx, SESSION)).toEqual({ unknown: 'role Deploy has no ARN' })
})

test('credentials that AWS does not take are no want of rights', async () => {
  const { cx } = fakeAws({ GetRole: failing('ExpiredToken', 'credentials') })
  await expect(principalOf(cx, SESSION)).rejects.toMatchObject({ kind: 'credentials' })
})
