import type { AwsContext } from '../../aws/context.ts'
import { resourceId, type Step } from '../../core/resource.ts'
import { byRegion, type Env } from '../env.ts'
import { bucket } from '../storage/bucket.ts'
import { database, table } from './catalog.ts'
import { resultsBucket } from './results-bucket.ts'
import { workGroup } from './work-group.ts'

/** Step 2c: the log in each Region's bucket as a table of Athena. Nothing of it costs anything before it is asked. */
export function lake(env: Env): Step<AwsContext> {
  const resources = byRegion(env).flatMap((each) => {
    const [results, home] = [bucket(resultsBucket(each)), database(each)]
    const needs = [results, home].map(resourceId)
    return [results, home, table(each, [resourceId(home)]), workGroup(each, needs)]
  })
  return { id: '2c', name: 'lake', title: 'the invocation log as a table of Athena', resources }
}
