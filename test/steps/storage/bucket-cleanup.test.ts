import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetBucketPolicyCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { describe, expect, test } from '@jest/globals'
import type { PlanItem } from '../../../src/core/plan.ts'
import { cleanup } from '../../../src/steps/7-cleanup.ts'
import { intercept } from '../../support/intercept.ts'
import { inWorld, type World, writingCalls } from '../../support/world.ts'

const nameOf = (world: World) => `bedrock-logs-${world.env.accountId}`
const bucketOf = (world: World) => world.sandbox.services.s3.buckets.find(nameOf(world))
const logsOf = (world: World, prefix = 'bedrock-logs/') =>
  `${prefix}AWSLogs/${world.env.accountId}/BedrockModelInvocationLogs/`

function deliver(world: World, count: number, prefix?: string) {
  for (let n = 0; n < count; n += 1) {
    const key = `${logsOf(world, prefix)}us-east-1/2026/11/28/10/20261128T100000000Z_${String(n).padStart(8, '0')}.json.gz`
    world.sandbox.services.s3.putObject(nameOf(world), key, new Uint8Array(3))
  }
}

const put = (world: World, Key: string, Body = '12345') =>
  world.cx.aws.s3.send(new PutObjectCommand({ Bucket: nameOf(world), Key, Body }))

async function keysLeft(world: World): Promise<string[]> {
  const page = await world.cx.aws.s3.send(new ListObjectVersionsCommand({ Bucket: nameOf(world) }))
  return [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].map(({ Key = '' }) => Key).sort()
}

const bucketIn = ({ resources }: { resources: { type: string }[] }) =>
  resources.find(({ type }) => type === 's3-bucket')

const EVERYTHING = { only: [], skip: [], dryRun: false, keepData: false, includeAdopted: false, skipChecks: false }

/** Cleans up with a person who answers each question by its name. */
async function attended(world: World, answers: Record<string, boolean>) {
  const asked: { question: string; reasons: (string | undefined)[] }[] = []
  const result = await cleanup(
    await world.session(),
    { ...EVERYTHING, yes: false, includeOthers: false },
    {
      showPlan: () => {},
      async confirm(question: string, items: readonly PlanItem[]) {
        asked.push({ question, reasons: items.map(({ reason }) => reason) })
        return answers[question] ?? true
      },
      recover: async () => 'skip',
    },
  )
  return { ...result, asked }
}

describe('what Bedrock did not put into our bucket', () => {
  async function withTheirs(world: World) {
    await world.setup()
    deliver(world, 3)
    deliver(world, 2, 'an/earlier/prefix/')
    deliver(world, 2, '')
    await put(world, 'audit/a.csv')
    await put(world, 'audit/a.csv', '1')
    await put(world, 'bedrock-logs/notes.txt', '')
    await put(world, 'AWSLogs/999999999999/BedrockModelInvocationLogs/x', '')
    await put(world, `xAWSLogs/${world.env.accountId}/BedrockModelInvocationLogs/x`, '')
    await world.cx.aws.s3.send(new DeleteObjectCommand({ Bucket: nameOf(world), Key: 'gone.txt' }))
  }
  const told = /6 object versions \(6 bytes\) that Bedrock did not put there: .*audit\/a\.csv.*bedrock-logs\/notes\.txt/

  test('is named in the plan, and nothing is written by a dry run', () =>
    inWorld({}, async (world) => {
      await withTheirs(world)
      world.sandbox.calls.length = 0
      const { report } = await world.cleanup({ dryRun: true, yes: false })
      expect(bucketIn(report)).toMatchObject({ action: 'blocked', reason: expect.stringMatching(told) })
      expect(writingCalls(world)).toEqual([])
    }))

  test('keeps the whole bucket with --yes, exit code 5, while the rest goes; --include-others takes it', () =>
    inWorld({}, async (world) => {
      await withTheirs(world)
      const before = await keysLeft(world)
      const policy = await world.cx.aws.s3.send(new GetBucketPolicyCommand({ Bucket: nameOf(world) }))
      const { report, error } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      expect(bucketIn(report)).toMatchObject({
        outcome: 'failed',
        error: {
          message: expect.stringMatching(/^bucket bedrock-logs-\d{12} holds 6 object versions /),
          hint: expect.stringContaining('--include-others'),
        },
      })
      expect(report.resources.filter(({ outcome }) => outcome === 'failed')).toHaveLength(1)
      expect(await keysLeft(world)).toEqual(before)
      const after = await world.cx.aws.s3.send(new GetBucketPolicyCommand({ Bucket: nameOf(world) }))
      expect(after.Policy).toBe(policy.Policy)
      const second = await world.cleanup({ includeOthers: true })
      expect(second.error).toBeUndefined()
      expect(bucketIn(second.report)).toMatchObject({ action: 'remove', reason: expect.stringMatching(told) })
      expect(bucketOf(world)).toBeUndefined()
    }))

  test('in an adopted bucket, too, needs a flag of its own', () =>
    inWorld({}, async (world) => {
      await world.setup({ only: ['2'] })
      const tags = bucketOf(world)?.settings
      const { Tags } = await import('../../../src/sandbox/services/tags.ts')
      if (tags) tags.tags = undefined
      await put(world, 'theirs.txt')
      await world.setup()
      expect(Tags).toBeDefined()
      expect((await world.cleanup({ includeAdopted: true })).error?.kind).toBe('partial')
      expect(await keysLeft(world)).toContain('theirs.txt')
      expect((await world.cleanup({ includeAdopted: true, includeOthers: true })).error).toBeUndefined()
      expect(bucketOf(world)).toBeUndefined()
    }))

  test.each([
    [true, 'done', undefined],
    [false, 'skipped', expect.stringMatching(/^kept: .*audit/)],
  ])('is asked for by name; the answer %p', (answer, outcome, reason) =>
    inWorld({}, async (world) => {
      await withTheirs(world)
      const { asked, error, report } = await attended(world, { 'remove-others': answer })
      const reasons = asked.find(({ question }) => question === 'remove-others')?.reasons
      expect(reasons).toEqual([expect.stringMatching(told)])
      expect(error).toBeUndefined()
      expect(bucketIn(report)).toMatchObject({ outcome, ...(reason !== undefined && { reason }) })
      expect(bucketOf(world) === undefined).toBe(answer)
    }),
  )

  test('that comes after the plan is not deleted', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 3)
      let listings = 0
      intercept(world.cx, 's3', 'ListMultipartUploads', async (send) => {
        listings += 1
        // The first is the plan's own.
        if (listings > 1) await put(world, 'late-audit.csv')
        return send()
      })
      const { error, report } = await world.cleanup()
      expect(error?.kind).toBe('partial')
      expect(bucketIn(report)).toMatchObject({ error: { message: expect.stringContaining('late-audit.csv') } })
      // It is met before the first of the log is deleted.
      expect(await keysLeft(world)).toEqual(
        expect.arrayContaining([
          'late-audit.csv',
          `${logsOf(world)}us-east-1/2026/11/28/10/20261128T100000000Z_00000000.json.gz`,
        ]),
      )
    }))

  test('is found among 20,000 logs by skipping over their folders after ten listings', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 10_000)
      deliver(world, 10_000, 'a/')
      await put(world, 'zz')
      world.sandbox.calls.length = 0
      const { report } = await world.cleanup({ dryRun: true })
      expect(bucketIn(report)).toMatchObject({ reason: expect.stringContaining('1 object version (5 bytes)') })
      const listed = world.sandbox.calls.filter(({ operation }) => operation === 'ListObjectVersions')
      expect(listed.length).toBeLessThanOrEqual(14)
    }))

  test('may lie in the folder of the log: it is named by what it is, and nothing is deleted before all is known', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 3)
      const hour = `${logsOf(world)}us-east-1/2026/11/28/10/`
      const id = '0f0f0f0f-1111-2222-3333-444444444444'
      for (const name of [`data/${id}_input.json.gz`, `data/${id}_output_media_01.png`]) await put(world, hour + name)
      const theirs = [
        'report.xlsx',
        'a.json.gz',
        '20261128T100000000Z_mine.json.gz',
        'data/mine_input.json',
        'data/a/b',
      ]
      for (const name of theirs) await put(world, hour + name)
      await put(world, `${logsOf(world)}us-east-1/2026/13/45/99/20261128T100000000Z_00ffee00.json.gz`)
      const before = await keysLeft(world)
      const { report, error } = await world.cleanup()
      expect(error?.kind).toBe('partial')
      expect(bucketIn(report)).toMatchObject({ reason: expect.stringContaining('6 object versions') })
      expect(await keysLeft(world)).toEqual(before)
      expect((await world.cleanup({ includeOthers: true })).error).toBeUndefined()
      expect(bucketOf(world)).toBeUndefined()
    }))

  test('is no upload of ours: those go with the bucket', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await world.cx.aws.s3.send(
        new CreateMultipartUploadCommand({
          Bucket: nameOf(world),
          Key: `${logsOf(world)}us-east-1/2026/11/28/10/20261128T100000000Z_00ffee00.json.gz`,
        }),
      )
      expect((await world.cleanup()).error).toBeUndefined()
    }))
})

describe("somebody else's unfinished upload", () => {
  const begin = (world: World, ...keys: string[]) =>
    Promise.all(
      keys.map((Key) => world.cx.aws.s3.send(new CreateMultipartUploadCommand({ Bucket: nameOf(world), Key }))),
    )
  const uploads = (world: World) => [...(bucketOf(world)?.uploads.values() ?? [])].map(({ key }) => key).sort()

  test('keeps the bucket, is named in the plan, and goes with --include-others', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await begin(
        world,
        'backup/big.tar',
        `${logsOf(world)}us-east-1/2026/11/28/10/20261128T100000000Z_00ffee00.json.gz`,
      )
      const { error, report } = await world.cleanup()
      expect(error).toMatchObject({ kind: 'partial' })
      expect(bucketIn(report)).toMatchObject({
        action: 'blocked',
        reason: expect.stringMatching(/holds 1 unfinished upload that Bedrock did not put there: backup\/big\.tar$/),
      })
      expect(uploads(world)).toContain('backup/big.tar')
      const second = await world.cleanup({ includeOthers: true })
      expect(second.error).toBeUndefined()
      expect(bucketOf(world)).toBeUndefined()
    }))

  test('that was begun after the plan is not aborted, and keeps the bucket', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 2)
      let listings = 0
      intercept(world.cx, 's3', 'ListMultipartUploads', async (send) => {
        listings += 1
        if (listings === 2) await begin(world, 'late.tar')
        return send()
      })
      const { error, report } = await world.cleanup()
      expect(error?.kind).toBe('partial')
      expect(bucketIn(report)).toMatchObject({ error: { message: expect.stringContaining('late.tar') } })
      expect(uploads(world)).toEqual(['late.tar'])
      expect(await keysLeft(world)).toHaveLength(3)
    }))

  test('is counted beside objects, and those of the log are skipped over', () =>
    inWorld({ isSetUp: true }, async (world) => {
      await put(world, 'theirs.txt')
      await begin(
        world,
        'a',
        'z',
        ...Array.from(
          { length: 30 },
          (_, each) =>
            `${logsOf(world)}us-east-1/2026/11/28/10/20261128T100000000Z_${String(each).padStart(8, '0')}.json.gz`,
        ),
      )
      const { report } = await world.cleanup({ dryRun: true })
      const reason = expect.stringMatching(
        /holds 1 object version \(5 bytes\) and 2 unfinished uploads that .*: theirs\.txt, a, z$/,
      )
      expect(bucketIn(report)).toMatchObject({ reason })
    }))
})

describe('a bucket into which Bedrock still writes', () => {
  test('is emptied again until nothing comes any more', () =>
    inWorld({ isSetUp: true }, async (world) => {
      let late = 3
      intercept(world.cx, 's3', 'DeleteBucket', (send) => {
        if (late > 0) deliver(world, late)
        late -= 1
        return send()
      })
      expect((await world.cleanup()).error).toBeUndefined()
      expect(late).toBe(-1)
      const notes = world.events.flatMap((event) => (event.type === 'resource-progress' ? [event.note] : []))
      expect(notes).toContain('emptying it again: objects still arrive')
    }))

  test('for ever is given up after two minutes, by name', () =>
    inWorld({ isSetUp: true }, async (world) => {
      intercept(world.cx, 's3', 'DeleteBucket', (send) => {
        deliver(world, 1)
        return send()
      })
      const { report } = await world.cleanup()
      expect(bucketIn(report)).toMatchObject({
        error: { code: 'BucketNotEmpty', message: expect.stringContaining('still being written to') },
      })
    }))

  test('has logging off and no leave to deliver before the first deletion, and its other rules until it goes', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 1)
      let standing: string | undefined
      intercept(world.cx, 's3', 'DeleteBucket', (send) => {
        standing = bucketOf(world)?.settings.policy
        expect(bucketOf(world)?.settings.publicAccess).toMatchObject({ RestrictPublicBuckets: true })
        return send()
      })
      world.sandbox.calls.length = 0
      expect((await world.cleanup()).error).toBeUndefined()
      const { Statement } = JSON.parse(standing ?? '{}') as { Statement: { Sid: string }[] }
      expect(Statement.map(({ Sid }) => Sid)).toEqual(['BedrockMonitorDenyInsecureTransport'])
      const calls = world.sandbox.calls.map(({ operation }) => operation)
      const order = ['DeleteModelInvocationLoggingConfiguration', 'PutBucketPolicy', 'DeleteObjects', 'DeleteBucket']
      expect(order.map((operation) => calls.indexOf(operation))).toEqual(
        order.map((operation) => calls.indexOf(operation)).sort((a, b) => a - b),
      )
      expect(calls).toEqual(expect.arrayContaining(order))
    }))
})

describe('a bucket that cannot be emptied', () => {
  test.each([
    ['bucket-mfa-delete', 'MFA delete', { mfaDelete: 'Enabled' as const }],
    ['bucket-object-lock', 'Object Lock', { objectLock: { ObjectLockEnabled: 'Enabled' as const } }],
  ])('by %s stays, named with its cure, before anything of it is written', (_code, word, more) =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 2)
      const found = bucketOf(world)
      Object.assign(found?.settings ?? {}, more)
      const before = await keysLeft(world)
      const policy = found?.settings.policy
      const { report, error } = await world.cleanup()
      expect(error?.kind).toBe('partial')
      expect(bucketIn(report)).toMatchObject({
        action: 'blocked',
        error: { message: expect.stringContaining(word), hint: expect.stringContaining('--keep-data') },
      })
      expect(await keysLeft(world)).toEqual(before)
      expect(found?.settings.policy).toBe(policy)
      expect((await world.cleanup({ keepData: true })).error).toBeUndefined()
    }),
  )
})

describe('a server that refuses every call on objects once a policy has a Deny, whatever its condition', () => {
  /** As moto does: key by key, inside a success. */
  function refuseUnderDeny(world: World, refuses: () => boolean) {
    intercept(world.cx, 's3', 'DeleteObjects', (send) =>
      refuses() ? { Errors: [{ Key: 'k', Code: 'AccessDenied', Message: 'Access Denied' }] } : send(),
    )
  }

  test('has our TLS rule taken out for the emptying', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 2)
      refuseUnderDeny(world, () => bucketOf(world)?.settings.policy?.includes('"Deny"') === true)
      expect((await world.cleanup()).error).toBeUndefined()
      expect(bucketOf(world)).toBeUndefined()
    }))

  test('keeps the TLS rule where that was not what refused', () =>
    inWorld({ isSetUp: true }, async (world) => {
      deliver(world, 2)
      refuseUnderDeny(world, () => true)
      expect((await world.cleanup()).error?.kind).toBe('partial')
      expect(bucketOf(world)?.settings.policy).toContain('BedrockMonitorDenyInsecureTransport')
    }))
})
