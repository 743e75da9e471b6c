import { GetBucketTaggingCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { ownerOf } from '../../aws/ownership.ts'
import { byRegion, type Env } from '../env.ts'
import { passing } from '../notify/notifications.ts'
import { resultsBucket } from './results-bucket.ts'

/** Regions in which a lake of ours stands unasked, as its bucket tells; one that may not be looked at is none. */
export async function unaskedLakes(cx: AwsContext, env: Env): Promise<string[]> {
  if (env.settings.lake) return []
  const found = await Promise.all(
    byRegion(env).map(async (each) => {
      const { target } = resultsBucket(each)
      const tags = await cx
        .in(each.region)
        .aws.s3.send(new GetBucketTaggingCommand(target))
        .then(({ TagSet }) => TagSet, passing)
      return Array.isArray(tags) && ownerOf(tags) !== 'unmarked' ? each.region : []
    }),
  )
  return found.flat()
}

export function unaskedInWords(regions: readonly string[], { lakeDatabase, lakeTable }: Env['settings']): string {
  return `the table of Athena ${lakeDatabase}.${lakeTable} that setup --lake made in ${regions.join(', ')} was not read`
}
