import type { Context } from './context.ts'
import { type Change, diff } from './diff.ts'
import { type AppError, toAppError } from './errors.ts'
import type { Event } from './events.ts'
import type { AnyResource, Known } from './resource.ts'

export type Action = 'create' | 'update' | 'none' | 'remove' | 'blocked'

/** What is to be done with one resource, and why. */
export interface PlanItem<Cx extends Context = Context> {
  resource: AnyResource<Cx>
  action: Action
  changes: Change[]
  have?: Known<unknown>
  /** Why it is blocked or left standing, for the reader. */
  reason?: string
  /** It could not be read: nothing is known of it. */
  error?: AppError
}

export interface ApplyOptions {
  /** Replace what is somebody else's; the resource keeps what stood there, to be put back. */
  replaceForeign?: boolean
}

export interface RemoveOptions {
  /** Leave what holds data. */
  keepData?: boolean
  /** Also remove what was there before us. */
  includeAdopted?: boolean
}

/**
 * What `setup` would do. Reads everything side by side; a resource that cannot be read is an item with its error. Options
 * that nobody asked for are not looked at, but for those that would have to go.
 */
export function planApply<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  options: ApplyOptions = {},
): Promise<PlanItem<Cx>[]> {
  const asked = resources.filter(({ wanted, retires }) => wanted !== false || retires)
  return planEach(cx, asked, (resource, have) => decideApply(resource, have, options))
}

/** What `cleanup` would do, in the order of `resources`. */
export function planRemove<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  options: RemoveOptions = {},
): Promise<PlanItem<Cx>[]> {
  return planEach(
    cx,
    resources,
    (resource, have) => decideRemove(resource, have, options),
    (resource, error) => cx.emit(notLookedAt(resource, error)),
  )
}

/**
 * The items whose settings in AWS are still not what they should be, read again. Ownership is not read a second time: it
 * is set by the very call that creates.
 */
export async function unsettled<Cx extends Context>(cx: Cx, items: readonly PlanItem<Cx>[]): Promise<PlanItem<Cx>[]> {
  const read = await Promise.all(
    items.map(async (item) => {
      const observed = await item.resource.read(cx)
      return { ...item, changes: diff(observed?.state, item.resource.desired(observed?.state)) }
    }),
  )
  return read.filter((item) => item.changes.length > 0)
}

async function planEach<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  decide: (resource: AnyResource<Cx>, have: Known<unknown> | undefined) => Omit<PlanItem<Cx>, 'resource'>,
  /** Hears of options that nobody asked for and that AWS does not let us look at: they stand in nobody's way. */
  unseen: (resource: AnyResource<Cx>, error: AppError) => void = () => {},
): Promise<PlanItem<Cx>[]> {
  const items = await Promise.all(
    resources.map(async (resource): Promise<PlanItem<Cx>> => {
      try {
        const observed = await resource.read(cx)
        const have = observed && { state: observed.state, owner: await observed.owner() }
        return { resource, ...(have && { have }), ...decide(resource, have) }
      } catch (thrown) {
        const error = toAppError(thrown)
        const isRefused = error.kind === 'aws' && !error.transient
        if (resource.wanted !== false || !isRefused) return { resource, action: 'none', changes: [], error }
        unseen(resource, error)
        return { resource, action: 'none', changes: [] }
      }
    }),
  )
  // Of an option that nobody asked for and that does not stand there is nothing to tell.
  return items.filter(({ resource, have, error }) => resource.wanted !== false || have || error)
}

function notLookedAt({ type, name }: Pick<AnyResource<Context>, 'type' | 'name'>, error: AppError): Event {
  const message = `whether ${type} ${name} stands could not be looked at, so it was not removed: ${error.message}`
  return { type: 'warning', warning: { code: 'not-looked-at', message } }
}

function decideApply<Cx extends Context>(
  resource: AnyResource<Cx>,
  have: Known<unknown> | undefined,
  options: ApplyOptions,
): { action: Action; changes: Change[]; reason?: string } {
  if (resource.wanted === false) {
    return { action: have?.owner === 'ours' ? 'remove' : 'none', changes: [] }
  }
  if (!have) return { action: 'create', changes: [] }
  const changes = diff(have.state, resource.desired(have.state))
  if (have.owner === 'foreign' && !options.replaceForeign) {
    return { action: 'blocked', changes, reason: 'it is not ours and serves another purpose' }
  }
  if (have.owner === 'unmarked') {
    return { action: 'update', changes: [...changes, { path: 'owner', from: 'unmarked', to: 'adopted' }] }
  }
  return { action: changes.length > 0 ? 'update' : 'none', changes }
}

function decideRemove<Cx extends Context>(
  resource: AnyResource<Cx>,
  have: Known<unknown> | undefined,
  options: RemoveOptions,
): { action: Action; changes: Change[]; reason?: string } {
  if (!have) return { action: 'none', changes: [] }
  if (have.owner === 'foreign') return { action: 'none', changes: [], reason: 'left standing: it is not ours' }
  if (have.owner !== 'ours' && !options.includeAdopted) {
    const released = have.owner === 'adopted' ? resource.release?.state(have.state) : undefined
    const changes = released === undefined ? [] : diff(have.state, released)
    if (changes.length > 0) return { action: 'update', changes }
    const reason = 'left standing: it was there before us (--include-adopted removes it)'
    return { action: 'none', changes, reason }
  }
  if (resource.holdsData && options.keepData) {
    return { action: 'none', changes: [], reason: 'left standing: it holds data (--keep-data)' }
  }
  const remainder = resource.remainder?.(have.state)
  if (remainder === undefined) return { action: 'remove', changes: [] }
  const changes = diff(have.state, remainder)
  if (changes.length === 0) return { action: 'none', changes, reason: 'left standing: what is left of it is not ours' }
  return { action: 'update', changes }
}
