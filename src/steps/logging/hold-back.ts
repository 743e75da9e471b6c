import type { AwsContext } from '../../aws/context.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { type PlanItem, readKnown } from '../../core/plan.ts'
import { GLOBAL } from '../../core/resource.ts'
import { logging } from '../3-logging.ts'
import { byRegion, type Env, roleArn } from '../env.ts'
import { keptLogging, type WholeLogging } from '../storage/kept-logging.ts'
import { isOurs, type LoggingState, stateOf } from './logging-state.ts'

/** What Bedrock delivers with and to. */
const DELIVERY = ['iam-role', 's3-bucket', 'log-group']

/**
 * The plan of a clean-up, in which nothing goes that a logging configuration which stays is still using, or that keeps one
 * which has yet to be put back. Makes no call for Regions where nothing of that kind is to go.
 */
export async function holdBack(
  cx: AwsContext,
  env: Env,
  items: PlanItem<AwsContext>[],
): Promise<PlanItem<AwsContext>[]> {
  let plan = items
  for (const each of byRegion(env)) {
    const isGoing = ({ action, resource: { type, region } }: PlanItem) =>
      action === 'remove' && DELIVERY.includes(type) && (region === each.region || region === GLOBAL)
    if (!plan.some(isGoing)) continue
    const why = await reasonsOf(cx, each, plan)
    plan = plan.map((item) => {
      const held = isGoing(item) ? why(item.resource.type) : undefined
      return held ? { ...item, action: 'blocked', ...held } : item
    })
  }
  return plan
}

type Reason = { reason: string; hint: string }

/** Why a kind of thing has to stay in a Region, by what is logging there and will be. */
async function reasonsOf(
  cx: AwsContext,
  env: Env,
  items: readonly PlanItem<AwsContext>[],
): Promise<(type: string) => Reason | undefined> {
  const there = cx.in(env.region)
  const planned = items.find(({ resource: { type, region } }) => type === 'invocation-logging' && region === env.region)
  // What could not be read keeps what it may be using: its failure stops all that waits for it.
  if (planned?.error) return () => undefined
  const standing = planned ? planned.have : await readStanding(there, env)
  const state = standing?.state as LoggingState | undefined
  const isStaying = planned?.action !== 'remove'
  const earlier = await keptLogging(env).read(there)
  if (state && isOurs(state, env) && isStaying) {
    const keeps = `it keeps the logging configuration that stood in ${env.region} before setup`
    const hint = 'run cleanup with step 3 as well, which puts it back'
    return (type) => (earlier && type !== 'iam-role' ? { reason: keeps, hint } : undefined)
  }
  if (isStaying && earlier) tellOfDropped(cx, env, earlier, state)
  const after = isStaying ? state : earlier && stateOf(earlier)
  return (type) => {
    if (!after || !uses(after, env, type)) return undefined
    const which = isStaying ? 'which is not ours' : 'which is put back'
    const reason = `the logging configuration in ${env.region}, ${which}, uses it`
    return { reason, hint: 'give that configuration others, or delete it; then run cleanup again' }
  }
}

async function readStanding(cx: AwsContext, env: Env) {
  const [resource] = logging({ ...env, regions: [env.region] }, []).resources
  return resource && readKnown(cx, resource)
}

function uses({ cloudWatch, s3 }: LoggingState, env: Env, type: string): boolean {
  if (type === 'iam-role') return cloudWatch?.roleArn === roleArn(env)
  if (type === 'log-group') return cloudWatch?.logGroup === env.settings.logGroupName
  return [s3?.bucket, cloudWatch?.largeData?.bucket].includes(bucketNameOf(env))
}

/** Somebody has chosen otherwise since we replaced it: that stays, and what stood before is told once more. */
function tellOfDropped(cx: AwsContext, env: Env, earlier: WholeLogging, standing: LoggingState | undefined): void {
  if (standing && JSON.stringify(stateOf(earlier)) === JSON.stringify(standing)) return
  const now = standing ? 'has been replaced since' : 'has been turned off since'
  const message = `the logging configuration that setup made in ${env.region} ${now}, so the one before it is not put back. It was: ${JSON.stringify(earlier)}`
  cx.emit({ type: 'warning', warning: { code: 'logging-not-restored', message } })
}
