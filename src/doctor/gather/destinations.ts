import { GetRoleCommand } from '@aws-sdk/client-iam'
import { GetBucketLocationCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { orUndefined } from '../../aws/errors.ts'
import { readLogging as readWhole, stateOf } from '../../steps/logging/logging-state.ts'
import { passing } from '../../steps/notify/notifications.ts'
import { findLogGroup } from '../../steps/storage/log-group.ts'

export type LoggingFacts = NonNullable<Awaited<ReturnType<typeof readLogging>>> & {
  /** What of these is not ours and is not there any more, in words. What may not be looked at is taken to be there. */
  gone?: readonly string[]
}

/** What `setup` makes there, by name, and whether bodies are to be logged. */
export type Ours = Record<'logGroup' | 'bucket' | 'role', string> & { text: boolean }

/** When a log group was made, ms; undefined where there is none. */
export async function creationTime(cx: AwsContext, name: string): Promise<number | undefined> {
  const found = await findLogGroup(cx, name)
  return found && (found.creationTime ?? 0)
}

/** What a configuration of somebody else's leads to and is not there, in words. Ours are looked at by the plan. */
export async function goneOf(cx: AwsContext, { logGroup, role, bucket }: LoggingFacts, ours: Ours): Promise<string[]> {
  const { s3, iam } = cx.aws
  const look = async (
    kind: string,
    name: string | undefined,
    own: string,
    find: (name: string) => Promise<unknown>,
  ) => {
    if (name === undefined || name === own) return undefined
    const found = await find(name).catch(passing)
    return found === undefined ? `${kind} ${name}` : undefined
  }
  const looks = await Promise.all([
    look('log group', logGroup, ours.logGroup, (name) => creationTime(cx, name)),
    look('bucket', bucket, ours.bucket, (Bucket) =>
      orUndefined(s3.send(new GetBucketLocationCommand({ Bucket })), 'NoSuchBucket'),
    ),
    look('role', role, ours.role, (arn) =>
      orUndefined(iam.send(new GetRoleCommand({ RoleName: arn.split('/').at(-1) })), 'NoSuchEntity'),
    ),
  ])
  return looks.filter((what) => what !== undefined)
}

/** Null where logging is off. */
export async function readLogging({ aws }: AwsContext) {
  const { cloudWatch, s3, text } = stateOf((await readWhole(aws)) ?? {})
  if (!cloudWatch && !s3) return null
  return { logGroup: cloudWatch?.logGroup, role: cloudWatch?.roleArn, bucket: s3?.bucket, text }
}
