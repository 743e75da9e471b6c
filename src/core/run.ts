import type { Context } from './context.ts'
import { diff, equal } from './diff.ts'
import { AppError, interrupted, toAppError } from './errors.ts'
import type { Outcome } from './events.ts'
import { type PlanItem, readKnown } from './plan.ts'
import { type Concern, GLOBAL, type Known, resourceId, wantedState } from './resource.ts'

export interface Result<Cx extends Context = Context> {
  item: PlanItem<Cx>
  outcome: Outcome
  error?: AppError
}

export type Recovery = 'retry' | 'skip' | 'abort'

export interface RunOptions {
  direction: 'apply' | 'remove'
  /** Whether a person has been asked about the plan: what was read before the answer is read again. */
  asked?: boolean
  /** Asked once a failure. Without a person to ask, the answer is `skip`: what does not depend on it still runs. */
  recover(item: PlanItem, error: AppError): Promise<Recovery>
}

/**
 * Carries out a plan, side by side: applying waits for what a resource needs, removing for what needs it; what waits for a failure is
 * not run. Results and events come in the order of the items.
 */
export async function run<Cx extends Context>(
  cx: Cx,
  items: readonly PlanItem<Cx>[],
  options: RunOptions,
): Promise<Result<Cx>[]> {
  const { direction, asked = false } = options
  let isStopped = false
  // When a person last gave an answer.
  let askedAt = asked ? cx.clock.now() : Number.NEGATIVE_INFINITY
  const labelOf = labeller(items)
  const before = waitsFor(items, direction === 'remove')

  const settle = async (item: PlanItem<Cx>, waitedFor: readonly Result[]): Promise<Result<Cx>> => {
    const end = (outcome: Outcome, error: AppError) => ({ item, outcome, error })
    if (item.error) return end('failed', item.error)
    const failed = waitedFor.find(({ error }) => error)
    if (failed && item.action !== 'none') return end('not-run', notRun(failed))
    // Whoever tells it names the resource before it.
    const { reason = 'it is not ours', hint } = item
    if (item.action === 'blocked') return end('failed', new AppError('blocked', 'NotOurs', reason, { hint }))
    if (item.action === 'none') return { item, outcome: item.reason === undefined ? 'unchanged' : 'skipped' }
    if (isStopped || cx.signal.aborted) return end('not-run', interrupted())
    const { resource, action } = item
    const id = resourceId(resource)
    cx.emit({ type: 'resource-start', id, step: resource.step, label: labelOf(item), verb: action })
    const ended = await attempt(item)
    cx.emit({ type: 'resource-done', id })
    return ended
  }

  const attempt = async (item: PlanItem<Cx>): Promise<Result<Cx>> => {
    const { resource, action } = item
    const isWritten = direction === 'apply' && action !== 'remove'
    for (;;) {
      try {
        const have = await standingNow(cx, item, isWritten, asked, askedAt)
        if (isWritten) await resource.write(cx, have)
        else if (have?.owner === 'adopted' && action === 'update') await resource.release?.(cx, have)
        else if (have) await resource.remove(cx, have)
        return { item, outcome: 'done' }
      } catch (thrown) {
        const error = cx.signal.aborted ? interrupted() : toAppError(thrown)
        const askable = error.kind !== 'interrupted' && !isStopped
        const recovery = askable ? await options.recover(item, error) : 'abort'
        if (asked || recovery === 'retry') askedAt = cx.clock.now()
        if (recovery === 'retry') continue
        if (recovery === 'abort') isStopped = true
        // Without a person to ask, nobody has chosen to go on without it.
        return { item, outcome: recovery === 'skip' && asked ? 'skipped' : 'failed', error }
      }
    }
  }

  const results = new Map<string, Promise<Result<Cx>>>()
  const start = (item: PlanItem<Cx>): Promise<Result<Cx>> => {
    const id = resourceId(item.resource)
    const result = results.get(id) ?? Promise.all((before.get(id) ?? []).map(start)).then((done) => settle(item, done))
    results.set(id, result)
    return result
  }
  const started = items.map(start)
  const tellEnds = async () => {
    for (const result of started) {
      const { item, outcome, error } = await result
      const end = { id: resourceId(item.resource), step: item.resource.step, label: labelOf(item), outcome }
      if (error || outcome === 'done') cx.emit({ type: 'resource-end', ...end, ...(error && { error }) })
    }
  }
  const [ended] = await Promise.all([Promise.all(started), tellEnds()])
  return ended
}

/** Type and name; among several Regions also the Region, since names recur in each. */
function labeller(items: readonly PlanItem[]): (item: PlanItem) => string {
  const regions = new Set(items.map(({ resource }) => resource.region).filter((region) => region !== GLOBAL))
  return ({ resource: { type, name, region } }) =>
    regions.size > 1 && region !== GLOBAL ? `${type} ${name} (${region})` : `${type} ${name}`
}

function waitsFor<Cx extends Context>(items: readonly PlanItem<Cx>[], removing: boolean): Map<string, PlanItem<Cx>[]> {
  const byId = new Map(items.map((item) => [resourceId(item.resource), item]))
  const edges = new Map<string, PlanItem<Cx>[]>()
  const add = (id: string, item: PlanItem<Cx>) => edges.set(id, [...(edges.get(id) ?? []), item])
  for (const [id, item] of byId) {
    for (const need of item.resource.needs ?? []) {
      const needed = byId.get(need)
      if (needed && removing) add(need, item)
      else if (needed) add(id, needed)
    }
  }
  return edges
}

function notRun({ item, outcome }: Result): AppError {
  const { step, type, name } = item.resource
  const why = outcome === 'skipped' ? 'was skipped' : 'did not succeed'
  return new AppError('failed', 'DependencyFailed', `not run: step ${step}, ${type} ${name}, ${why}`)
}

/** What was read longer ago is read again before it is written: the run was a long one. */
const FRESH_MS = 10_000

/**
 * What stands just before its turn. Not read again a moment after the plan, unless a person was asked since. Throws `partial`
 * where something has changed that was not towards what is wanted: that is somebody's doing.
 */
async function standingNow<Cx extends Context>(
  cx: Cx,
  item: PlanItem<Cx>,
  isWritten: boolean,
  asked: boolean,
  askedAt: number,
): Promise<Known<unknown> | undefined> {
  if (cx.clock.now() - item.readAt <= FRESH_MS && item.readAt > askedAt) return item.have
  const now = await readKnown(cx, item.resource)
  const isAsShown = isWritten ? isTowards(item, now) : isAway(item, now)
  const more = isWritten ? undefined : unseenConcern(item, now, asked)
  if (!isAsShown || more) throw changedSince(item, more)
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

/** What stands in the way of a removal since the plan, or was not among what a person has agreed to: what others put into it. */
function unseenConcern({ resource, have }: PlanItem, now: Known<unknown> | undefined, asked: boolean) {
  const concerns = (of?: Known<unknown>) => (of && resource.concerns?.(of.state, of.owner)) ?? []
  const shown = concerns(have).map(({ message }) => message)
  return concerns(now).find(({ stops, message }) => (stops === 'remove' || asked) && !shown.includes(message))
}

function changesOf({ known = [] }: PlanItem['resource'], from: unknown, to: unknown) {
  return diff(from, to).filter(({ path }) => !known.includes(path.split('.')[0] ?? ''))
}

function changedSince({ resource: { type, name } }: PlanItem, more?: Concern): AppError {
  const what = more ? ` (${more.message})` : ''
  const message = `${type} ${name} has changed since the plan${what}; it was left as it is`
  const hint = 'look at it, and run the same command again: the new plan shows the current state'
  return new AppError('partial', 'ChangedSincePlan', message, { hint })
}
