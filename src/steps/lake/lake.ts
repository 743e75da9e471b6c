import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { hasCode, orUndefined } from '../../aws/errors.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { type AnyResource, resourceId, type Step } from '../../core/resource.ts'
import { byRegion, type Env } from '../env.ts'
import { bucket } from '../storage/bucket.ts'
import type { BucketUse } from '../storage/bucket-use.ts'
import { database, table } from './catalog.ts'
import { resultsBucket } from './results-bucket.ts'
import { workGroup } from './work-group.ts'

/** Step 2c: the log in each Region's bucket as a table of Athena. Nothing of it costs anything before it is asked. */
export function lake(env: Env): Step<AwsContext> {
  const resources = byRegion(env).flatMap((each) => {
    const use = resultsBucket(each)
    const results = bucket(use)
    const home = database(each, [resourceId(results)])
    const catalog = [home, table(each, [resourceId(home)]), workGroup(each, [resourceId(results), resourceId(home)])]
    return [results, ...(use.wanted ? catalog : catalog.map((resource) => onlyBeside(use, resource)))]
  })
  return { id: '2c', name: 'lake', title: 'the invocation log as a table of Athena', resources }
}

/** Without a lake asked for, its bucket (made first, gone last) says whether there is one, without a right in Glue. */
function onlyBeside({ target }: BucketUse, resource: AnyResource<AwsContext>): AnyResource<AwsContext> {
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
