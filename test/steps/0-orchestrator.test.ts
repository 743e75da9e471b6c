import { PutBucketOwnershipControlsCommand } from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import { AppError } from '../../src/core/errors.ts'
import { setup as setUp } from '../../src/steps/0-orchestrator.ts'
import { intercept } from '../support/intercept.ts'
import { arrange } from '../support/prior-state.ts'
import { errorOf, inWorld, writingCalls } from '../support/world.ts'

describe('after everything was written', () => {
  test('what AWS shows otherwise for too long is a failure, by name and setting', () =>
    inWorld({}, async ({ cx, setup }) => {
      intercept(cx, 'logs', 'PutRetentionPolicy', () => ({}))
      const { error, report } = await setup()
      expect(error).toMatchObject({
        kind: 'failed',
        code: 'NotAsWritten',
        hint: expect.stringContaining('bedrock-monitor status'),
      })
      expect(error?.message).toContain('log-group /aws/bedrock/modelinvocations (retentionDays)')
      expect(report.ok).toBe(false)
    }))

  test('what AWS shows a moment later is none', () =>
    inWorld({}, async (world) => {
      let late: (() => Promise<unknown>) | undefined
      intercept(world.cx, 'logs', 'PutRetentionPolicy', (send) => {
        late = send
        return {}
      })
      // The second look at it finds what the first one did not.
      intercept(world.cx, 'logs', 'DescribeLogGroups', async (send) => {
        const found = await send()
        await late?.()
        return found
      })
      expect((await world.setup()).error).toBeUndefined()
      expect(late).toBeDefined()
    }))

  test('what cannot be read again is a failure', () =>
    inWorld({}, async ({ cx, setup }) => {
      let looks = 0
      intercept(cx, 'cloudwatch', 'GetDashboard', (send) => {
        looks += 1
        if (looks > 1) throw new AppError('aws', 'InternalFailure', 'cloudwatch:GetDashboard failed')
        return send()
      })
      expect((await setup()).error).toMatchObject({
        message: expect.stringContaining('cloudwatch:GetDashboard failed'),
      })
    }))
})

test('what CloudWatch remarks on a dashboard that it takes is a warning', () =>
  inWorld({}, async ({ cx, setup }) => {
    intercept(cx, 'cloudwatch', 'PutDashboard', async (send) => ({
      ...((await send()) as object),
      DashboardValidationMessages: [{ DataPath: '/widgets/0', Message: 'Should match exactly one schema' }],
    }))
    const { report, error } = await setup({ only: ['dashboard'] })
    expect(error).toBeUndefined()
    expect(report.warnings).toContainEqual({
      code: 'dashboard-remark',
      message: 'dashboard BedrockUsageMonitoring, /widgets/0: Should match exactly one schema',
    })
  }))

test('a bucket with ACLs keeps them where it was there before, and has them no longer where it is ours', () =>
  inWorld({}, async (world) => {
    await arrange(world, { scripted: ['bucket'], foreignLogging: false })
    const Bucket = `bedrock-logs-${world.env.accountId}`
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'ObjectWriter' as const }] }
    const { s3 } = world.cx.aws
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    expect((await world.setup({ only: ['2'] })).report.resources[0]?.changes.map(({ path }) => path)).not.toContain(
      'objectOwnership',
    )
    await world.cleanup({ only: ['2'], includeAdopted: true, includeOthers: true })
    await world.setup({ only: ['2'] })
    await s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }))
    expect((await world.setup({ only: ['2'] })).report.resources[0]?.changes).toEqual([
      { path: 'objectOwnership', from: 'ObjectWriter', to: 'BucketOwnerEnforced' },
    ])
  }))

test('a bucket whose name another account takes at the last moment is refused with the flag that helps', () =>
  inWorld({}, async ({ cx, setup }) => {
    intercept(cx, 's3', 'CreateBucket', () => {
      throw new AppError('aws', 'BucketAlreadyExists', 'it exists')
    })
    const bucket = (await setup({ only: ['2'] })).report.resources.find(({ type }) => type === 's3-bucket')
    expect(bucket).toMatchObject({
      outcome: 'failed',
      error: { code: 'BucketAlreadyExists', hint: 'pass --bucket-name with another name' },
    })
  }))

test('steps that leave each other out leave none, which is refused before AWS is asked for anything else', () =>
  inWorld({}, async (world) => {
    const session = await world.session()
    const selection = {
      only: ['iam'],
      skip: ['1'],
      dryRun: false,
      yes: true,
      skipChecks: false,
      replaceLogging: false,
      adopt: false,
      shortenRetention: false,
    }
    const nobody = { showPlan: () => {}, confirm: async () => false, recover: async () => 'skip' as const }
    expect(await errorOf(setUp(session, selection, nobody))).toMatchObject({
      kind: 'usage',
      message: '--only and --skip leave no step to do',
    })
    expect(writingCalls(world)).toEqual([])
  }))
