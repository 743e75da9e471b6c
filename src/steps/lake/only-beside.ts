import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import type { AnyResource } from '../../core/resource.ts'
import type { BucketUse } from '../storage/bucket-use.ts'

/**
 * Where no lake is asked for, its bucket says whether there is one: it is made first and goes last. So nobody needs a right in
 * Glue or Athena who has nothing there.
 */
export function onlyBeside({ target }: BucketUse, resource: AnyResource<AwsContext>): AnyResource<AwsContext> {
  const stands = (cx: AwsContext) =>
    orUndefined(cx.aws.s3.send(new GetBucketTaggingCommand(target)), 'NoSuchBucket').then(
      (answer) => answer !== undefined,
      (error: unknown) => {
        if (hasCode(error, 'NoSuchTagSet')) return true
        throw error
      },
    )
  // Beside the bucket, what cannot be read counts as if asked for: else the bucket would go, and the rest not be found again.
  const counted = (thrown: unknown): never => {
    const { kind, code, message, hint } = toAppError(thrown)
    throw kind === 'aws' ? new AppError('failed', code, message, { hint, cause: thrown }) : thrown
  }
  return {
    ...resource,
    async read(cx) {
      const found = (await stands(cx)) ? await resource.read(cx).catch(counted) : undefined
      return found && { ...found, owner: () => found.owner().catch(counted) }
    },
  }
}
