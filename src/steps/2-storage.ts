import type { AwsContext } from '../aws/context.ts'
import type { Step } from '../core/resource.ts'
import { byRegion, type Env } from './env.ts'
import { bucket } from './storage/bucket.ts'
import { logBucket } from './storage/log-bucket-use.ts'
import { logGroup } from './storage/log-group.ts'

/** Steps 2 and 2b: the two places in each Region that Bedrock writes its invocation log to. */
export function storage(env: Env): Step<AwsContext>[] {
  return [
    {
      id: '2',
      name: 'storage',
      title: 'bucket for the invocation log',
      resources: byRegion(env).map((each) => bucket(logBucket(each))),
    },
    { id: '2b', name: 'storage', title: 'log group for the invocation log', resources: byRegion(env).map(logGroup) },
  ]
}
