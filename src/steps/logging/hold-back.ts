import type { AwsContext } from '../../aws/context.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { equal } from '../../core/diff.ts'
import { type PlanItem, readKnown } from '../../core/plan.ts'
import { GLOBAL } from '../../core/resource.ts'
import { logging } from '../3-logging.ts'
import { byRegion, type Env, roleArn } from '../env.ts'
import { type Kept, keptLogging, knowing } from './kept-logging.ts'
import { isOurs, type LoggingState, stateOf } from './logging-state.ts'

/** What Bedrock delivers with and to. */
const DELIVERY = ['iam-role', 's3-bucket', 'log-group']

/**
 * The plan of a clean-up, in which nothing goes that a logging configuration which stays is still using, and nothing that keeps
 * one which has yet to be put back: nor its marks, where it was there before us. Makes no call for Regions where nothing of that
 * kind is to go.
 */
export async function holdBack(
  cx: AwsContext,
  env: Env,
  items: PlanItem<AwsContext>[],
): Promise<PlanItem<AwsContext>[]> {
  let plan = items
  for (const each of byRegion(env)) {
    const isGoing = ({ action, resource: { type, region } }: PlanItem) =>
      (action === 'remove' || action === 'update') &&
      DELIVERY.includes(type) &&
      (region === each.region || region === GLOBAL)
    if (!plan.some(isGoing)) continue
    const why = await reasonsOf(cx, each, plan)
    plan = plan.map((item) => {
      const held = isGoing(item) ? why(item) : undefined
      return held ? { ...item, action: 'blocked', ...held } : item
    })
  }
  return plan
}

type Reason = { reason: string; hint: string }

/** Why a thing has to stay in a Region, by what is logging there and will be. */
async function reasonsOf(
  cx: AwsContext,
  env: Env,
  items: readonly PlanItem<AwsContext>[],
): Promise<(item: PlanItem) => Reason | undefined> {
  const there = cx.in(env.region)
  const planned = items.find(({ resource: { type, region } }) => type === 'invocation-logging' && region === env.region)
  // What could not be read keeps what it may be using: its failure stops all that waits for it.
  if (planned?.error) return () => undefined
  const standing = planned ? planned.have : await readStanding(there, env)
  const state = standing?.state as LoggingState | undefined
  const isStaying = planned?.action !== 'remove'
  const kept = await keptLogging(env).read(there)
  const known = state && knowing(kept, state)
  if (state && isStaying && (known || isOurs(state, env))) {
    const reason = `it keeps the logging configuration that stood in ${env.region} before setup`
    const hint = 'run cleanup with step 3 as well, which puts it back'
    return ({ resource: { type } }) => (kept.length > 0 && type !== 'iam-role' ? { reason, hint } : undefined)
  }
  if (isStaying) await tellOfDropped(there, env, kept, state)
  const earlier = known ?? kept[0]
  const after = isStaying ? state : earlier && stateOf(earlier.before)
  return ({ action, resource: { type } }) => {
    if (action !== 'remove' || !after || !uses(after, env, type)) return undefined
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

/**
 * Somebody has chosen otherwise since we replaced it: that stays, and what stood before is told once more. Not where another
 * setup of ours has taken over: it keeps what stood before as well.
 */
async function tellOfDropped(
  cx: AwsContext,
  env: Env,
  [earlier]: readonly Kept[],
  standing: LoggingState | undefined,
): Promise<void> {
  if (!earlier || equal(stateOf(earlier.before), standing)) return
  const another = standing && knowing(await keptLogging(env).readAt(cx, standing), standing)
  if (another && equal(another.before, earlier.before)) return
  const now = standing ? 'has been replaced since' : 'has been turned off since'
  const message = `the logging configuration that setup made in ${env.region} ${now}, so the one before it is not put back. It was: ${JSON.stringify(earlier.before)}`
  cx.emit({ type: 'warning', warning: { code: 'logging-not-restored', message } })
}
