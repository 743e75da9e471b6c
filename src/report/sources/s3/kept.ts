import { GetBucketLifecycleConfigurationCommand, type LifecycleRule } from '@aws-sdk/client-s3'
import type { AwsContext, SendOptions } from '../../../aws/context.ts'
import { orElse } from '../../../aws/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import type { BucketOf } from './list.ts'

const BUCKETS_AT_ONCE = 8
const ADVICE: SendOptions = { isAdvice: true }

/** Where records lie in a bucket. */
export interface Kept extends BucketOf {
  cx: AwsContext
  /** What their keys begin with. */
  root: string
}

/** Says of buckets that their lifecycle rules have deleted records of a window: they are listed as if there had been none. */
export async function expired(folders: readonly Kept[], window: Window): Promise<Warning[]> {
  const buckets = new Map(folders.map((folder) => [folder.bucket, folder]))
  const found = await sideBySide([...buckets.values()], BUCKETS_AT_ONCE, async (first) => {
    const now = first.cx.clock.now()
    // No rule deletes what is younger than a day.
    if (now - window.start <= DAY_MS) return []
    const rules = await rulesOf(first)
    const within = folders.filter(({ bucket }) => bucket === first.bucket)
    const days = Math.min(...within.flatMap(({ root }) => rules.map((rule) => daysOf(rule, root, now))))
    const kept = (Math.floor(now / DAY_MS) - days) * DAY_MS
    if (kept <= window.start) return []
    const when = days === 0 ? 'at once' : `after ${days} days`
    const message = `the lifecycle rules of s3://${first.bucket} delete logs ${when}: what was logged before ${isoTime(kept)} is missing`
    return [{ code: 'retention', message } as const]
  })
  return found.flat()
}

/** After how many days a rule deletes records that lie there, or some of them; infinite: never. */
function daysOf({ Status, Filter, Prefix, Expiration }: LifecycleRule, root: string, now: number): number {
  const { And, Prefix: filtered, Tag } = Filter ?? {}
  const prefix = And?.Prefix ?? filtered ?? Prefix ?? ''
  const isThere = root.startsWith(prefix) || prefix.startsWith(root)
  // Bedrock gives its objects no tags.
  const isOfOthers = Tag !== undefined || (And?.Tags ?? []).length > 0
  if (Status !== 'Enabled' || !isThere || isOfOthers) return Number.POSITIVE_INFINITY
  if (Expiration?.Date !== undefined && Number(Expiration.Date) <= now) return 0
  return Expiration?.Days ?? Number.POSITIVE_INFINITY
}

/** None where there are none, or where that may not be asked. */
async function rulesOf({ cx, bucket, owner }: Kept): Promise<readonly LifecycleRule[]> {
  const ask = new GetBucketLifecycleConfigurationCommand({ Bucket: bucket, ExpectedBucketOwner: owner })
  const answer = await orElse(cx.aws.s3.send(ask, ADVICE), () => undefined)
  return answer?.Rules ?? []
}
