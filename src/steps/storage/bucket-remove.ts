import { DeleteBucketCommand, DeleteBucketPolicyCommand, PutBucketPolicyCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { isEmpty, type PolicyDocument } from '../../aws/policy.ts'
import { equal } from '../../core/diff.ts'
import { AppError } from '../../core/errors.ts'
import { type Known, resourceId } from '../../core/resource.ts'
import { emptyBucket, lookThrough } from './bucket-contents.ts'
import type { Target } from './bucket-others.ts'
import { type BucketState, closedPolicy } from './bucket-state.ts'
import type { BucketUse } from './bucket-use.ts'

/** How long deliveries are waited for that were under way when logging was turned off. */
const LATE_MS = 120_000
const LATE_PAUSE_MS = 2_000

/** Deletes a bucket with what is in it. What others have put there stays, and the bucket with it, unless it was asked for. */
export async function removeBucket(cx: AwsContext, use: BucketUse, have: Known<BucketState>): Promise<void> {
  const { env, target } = use
  const id = resourceId({ type: 's3-bucket', name: use.name, region: use.region })
  const { policy } = have.state
  const closed = closedPolicy(use, have)
  // Nothing may be delivered any more while it is emptied. What is forbidden stays forbidden until it is gone.
  await orUndefined(putPolicy(cx, target, policy, closed), 'NoSuchBucket')
  const mayGo = (key: string) => env.removing?.includeOthers || use.isOwn(key)
  // All of it is looked at before the first is deleted: half a log helps nobody.
  const empty = async () => {
    const { staying, pages } = await lookThrough(cx, target, mayGo)
    return staying ?? emptyBucket(cx, target, id, mayGo, pages)
  }
  // Without TLS, which no endpoint of AWS is, the rule that asks for it refuses ourselves.
  const emptied = async () => {
    try {
      return await empty()
    } catch (error) {
      const open = closedPolicy(use, have, false)
      if (!cx.aws.withoutTls || !hasCode(error, 'AccessDenied') || equal(open, closed)) throw error
      await putPolicy(cx, target, closed, open)
      try {
        return await empty()
      } catch (again) {
        await putPolicy(cx, target, open, closed)
        throw again
      }
    }
  }
  const deadline = cx.clock.now() + LATE_MS
  for (;;) {
    const staying = await emptied()
    if (staying !== undefined) throw notEmpty(use, staying)
    try {
      await orUndefined(cx.aws.s3.send(new DeleteBucketCommand(target)), 'NoSuchBucket')
      return
    } catch (error) {
      // Deliveries go on for a while, such as of what was called before logging was turned off.
      if (!hasCode(error, 'BucketNotEmpty')) throw error
      if (cx.clock.now() >= deadline) throw stillWrittenTo(use.name, error)
      cx.emit({ type: 'resource-progress', id, note: 'emptying it again: objects still arrive' })
      await cx.clock.sleep(LATE_PAUSE_MS, cx.signal)
    }
  }
}

export async function putPolicy(
  { aws: { s3 } }: AwsContext,
  target: Target,
  from: PolicyDocument,
  to: PolicyDocument,
): Promise<void> {
  if (equal(from, to)) return
  if (isEmpty(to)) await s3.send(new DeleteBucketPolicyCommand(target))
  else await s3.send(new PutBucketPolicyCommand({ ...target, Policy: JSON.stringify(to) }))
}

function stillWrittenTo(bucket: string, cause: unknown): AppError {
  const message = `bucket ${bucket} is still being written to: objects have arrived for two minutes`
  return new AppError('aws', 'BucketNotEmpty', message, {
    cause,
    hint: 'stop what writes to it, then run cleanup again',
  })
}

function notEmpty({ name, writer }: BucketUse, key: string): AppError {
  const message = `bucket ${name} holds what ${writer} did not put there, such as ${key}`
  const hint = 'move it elsewhere, or pass --include-others to delete it; then run cleanup again'
  return new AppError('partial', 'OthersObjects', message, { hint })
}
