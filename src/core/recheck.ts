import type { Context } from './context.ts'
import { diff, equal } from './diff.ts'
import { AppError } from './errors.ts'
import { type PlanItem, readKnown } from './plan.ts'
import { type Known, wantedState } from './resource.ts'

/** What was read longer ago is read again before it is written: the run was a long one. */
const FRESH_MS = 10_000

/**
 * What stands of an item just before its turn. A plan is of a state: what has changed since, other than towards what is wanted
 * (by a call of ours whose answer was lost, or by another run), is somebody's doing, and is not overwritten. Throws an error of
 * kind `partial` then, however often it is tried again. No call for what was read a moment ago, unless a person has been asked
 * something since (`askedAt`): others work while a question stands, however short.
 */
export async function standingNow<Cx extends Context>(
  cx: Cx,
  item: PlanItem<Cx>,
  direction: 'apply' | 'remove',
  askedAt = Number.NEGATIVE_INFINITY,
): Promise<Known<unknown> | undefined> {
  if (cx.clock.now() - item.readAt <= FRESH_MS && item.readAt > askedAt) return item.have
  const now = await readKnown(cx, item.resource)
  if (!(direction === 'apply' ? isTowards(item, now) : isAway(item, now))) throw changedSince(item)
  return now
}

/** True where whatever differs from the plan is as the plan wanted it. */
function isTowards({ resource, have }: PlanItem, now: Known<unknown> | undefined): boolean {
  if (!now) return have === undefined
  // Ours by its mark: a run of ours has begun to make it, and this one goes on with it.
  if (!have) return now.owner === 'ours'
  const owners = [have.owner, ...(have.owner === 'unmarked' ? ['adopted'] : [])]
  if (!owners.includes(now.owner)) return false
  const wanted = wantedState(resource, have)
  const planned = changesOf(resource, have.state, wanted)
  return changesOf(resource, have.state, now.state).every((change) =>
    planned.some(({ path, to }) => path === change.path && equal(to, change.to)),
  )
}

/** True where nothing has come that the plan did not show: what is gone may have been taken away by us. */
function isAway({ resource, have }: PlanItem, now: Known<unknown> | undefined): boolean {
  if (!now) return true
  if (!have || (now.owner !== have.owner && !(have.owner === 'adopted' && now.owner === 'unmarked'))) return false
  const released = resource.released?.(have.state) ?? resource.remainder?.(have.state)
  const planned = released === undefined ? [] : changesOf(resource, have.state, released)
  return changesOf(resource, have.state, now.state).every(
    ({ path, to }) =>
      to === undefined || equal(to, []) || planned.some((change) => change.path === path && equal(change.to, to)),
  )
}

function changesOf({ known = [] }: PlanItem['resource'], from: unknown, to: unknown) {
  return diff(from, to).filter(({ path }) => !known.includes(path.split('.')[0] ?? ''))
}

function changedSince({ resource: { type, name } }: PlanItem): AppError {
  return new AppError(
    'partial',
    'ChangedSincePlan',
    `${type} ${name} has changed since the plan; it was left as it is`,
    {
      hint: 'look at it, and run the same command again: the new plan shows what stands now',
    },
  )
}
