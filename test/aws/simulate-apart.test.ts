import type { SimulatePrincipalPolicyCommandInput } from '@aws-sdk/client-iam'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { apart, missingRights } from '../../src/aws/simulate.ts'
import { AppError } from '../../src/core/errors.ts'
import type { Grant } from '../../src/core/resource.ts'
import { fakeAws } from '../support/fake-aws.ts'
import { errorOf, inWorld, writingCalls } from '../support/world.ts'

const USER = 'arn:aws:iam::111122223333:user/ada'
const BUCKET = 'arn:aws:s3:::b'
const ACTIONS = ['s3:CreateBucket', 's3:GetBucketTagging', 's3:PutBucketPolicy', 's3:PutObjectLockConfiguration']
const grants: Grant[] = [{ actions: ACTIONS, resources: [BUCKET] }]

type Input = SimulatePrincipalPolicyCommandInput

const denied = ({ ActionNames = [], ResourceArns = ['*'] }: Input) => ({
  EvaluationResults: ActionNames.flatMap((EvalActionName) =>
    ResourceArns.map((EvalResourceName) => ({ EvalActionName, EvalResourceName, EvalDecision: 'implicitDeny' })),
  ),
})
const refused = (message: string, code = 'InvalidInputException') => new AppError('aws', code, message)

/** An IAM that takes some actions only without others. */
const picky =
  (isSpecial: (action: string) => boolean, words: (plain: string[], special: string[]) => string) => (input: Input) => {
    const special = (input.ActionNames ?? []).filter(isSpecial)
    const plain = (input.ActionNames ?? []).filter((action) => !isSpecial(action))
    if (special.length > 0 && plain.length > 0) throw refused(words(plain, special))
    return denied(input)
  }
const asAws = (plain: string[], special: string[]) =>
  `iam:SimulatePrincipalPolicy failed: Invalid Input Actions: [${plain.join(',')}] and [${special.join(',')}] require different authorization information. Please refer to the documentation`

describe('actions that IAM does not simulate side by side', () => {
  test('are asked for again by the two lists of its message', async () => {
    const { cx, calls } = fakeAws({ SimulatePrincipalPolicy: picky((action) => /Lock/.test(action), asAws) })
    const { missing, unknown } = await missingRights(cx, USER, grants)
    expect(unknown).toBeUndefined()
    expect(missing.map(({ action }) => action).sort()).toEqual(ACTIONS)
    expect(calls.map(({ input }) => input.ActionNames)).toEqual([
      ACTIONS,
      ['s3:CreateBucket', 's3:GetBucketTagging', 's3:PutBucketPolicy'],
      ['s3:PutObjectLockConfiguration'],
    ])
  })

  test('are asked for by halves where the message cannot be read', async () => {
    const { cx, calls } = fakeAws({
      SimulatePrincipalPolicy: picky(
        (action) => /Tagging/.test(action),
        () => 'actions require different authorization information',
      ),
    })
    const { missing, unknown } = await missingRights(cx, USER, grants)
    expect(unknown).toBeUndefined()
    expect(missing.map(({ action }) => action).sort()).toEqual(ACTIONS)
    expect(calls.length).toBeLessThanOrEqual(2 * ACTIONS.length)
  })

  test('are left out with a word where IAM takes them not even alone, and the rest is told', async () => {
    const { cx } = fakeAws({
      SimulatePrincipalPolicy: (input: Input) => {
        if (input.ActionNames?.includes('s3:PutBucketPolicy'))
          throw refused('require different authorization information', 'InvalidInput')
        return denied(input)
      },
    })
    const { missing, unknown } = await missingRights(cx, USER, grants)
    expect(unknown).toBe('IAM does not simulate s3:PutBucketPolicy')
    expect(missing.map(({ action }) => action)).not.toContain('s3:PutBucketPolicy')
    expect(missing).toHaveLength(3)
  })

  test('of an IAM that takes none are given up within bounds', async () => {
    const { cx, calls } = fakeAws({
      SimulatePrincipalPolicy: () => {
        throw refused('Invalid Input Actions: [x:Y] and [x:Z] require different authorization information.')
      },
    })
    const actions = Array.from({ length: 100 }, (_, index) => `s3:Action${index}`)
    const { missing, unknown } = await missingRights(cx, USER, [{ actions, resources: [BUCKET, `${BUCKET}2`] }])
    expect(missing).toEqual([])
    expect(unknown).toContain('s3:Action99')
    expect(calls.length).toBeLessThanOrEqual(50)
  })

  test('another InvalidInput is no reason to ask again', async () => {
    const { cx, calls } = fakeAws({
      SimulatePrincipalPolicy: () => {
        throw refused('Invalid Entity Arn: it does not clearly define entity type and name.')
      },
    })
    expect((await missingRights(cx, USER, grants)).unknown).toContain('Invalid Entity Arn')
    expect(calls).toHaveLength(1)
  })

  test('are parted into smaller groups, each action in one, whatever the message says', () => {
    const names = fc.uniqueArray(fc.constantFrom('s3:A', 's3:B', 'iam:C', 'logs:D', 'kms:E'), { minLength: 2 })
    const lists = fc.array(fc.array(fc.constantFrom('s3:A', 's3:b', 'iam:C', 'logs:D', 'x:Z'), { maxLength: 4 }))
    fc.assert(
      fc.property(names, lists, (actions, said) => {
        const groups = apart(actions, said.map((list) => `[${list.join(', ')}]`).join(' and '))
        expect(groups.flat().sort()).toEqual([...actions].sort())
        expect(groups.length).toBeGreaterThan(1)
        expect(groups.every((group) => group.length > 0)).toBe(true)
      }),
    )
  })

  test('do not keep setup from finding what is missing', () =>
    inWorld({}, async (world) => {
      const { apart: separately, refusals } = world.sandbox.services.iam
      separately.push(/^s3:PutBucketTagging$/, /^sns:/)
      refusals.push({ action: 'sns:CreateTopic' })
      const error = await errorOf(world.setup())
      expect(error).toMatchObject({ code: 'MissingRights' })
      expect(error?.message).toContain('sns:CreateTopic')
      expect(writingCalls(world)).toEqual([])
      refusals.length = 0
      const { report, error: none } = await world.setup()
      expect(none).toBeUndefined()
      expect(report.warnings.map(({ code }) => code)).not.toContain('rights-not-checked')
    }))
})
