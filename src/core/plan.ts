import type { Context } from './context.ts'
import { type Change, diff } from './diff.ts'
import { type AppError, toAppError } from './errors.ts'
import { type AnyResource, type Concern, type Known, MOST_TAGS, namesOf, ownedBy, wantedState } from './resource.ts'

export type Action = 'create' | 'update' | 'none' | 'remove' | 'blocked'

export interface PlanItem<Cx extends Context = Context> extends Decision {
  resource: AnyResource<Cx>
  have?: Known<unknown>
  readAt: number
  error?: AppError
}

type Any = AnyResource<Context>

interface Decision {
  action: Action
  changes: Change[]
  reason?: string
  hint?: string
  /** The data that carrying it out deletes, in a sentence. */
  loses?: string
}

export interface ApplyOptions {
  /** Replace what is somebody else's and can be put back; the resource keeps what stood there. */
  replaceForeign?: boolean
  /** Adopt also what differs from what we would make: it stays as it is, and ours is added. */
  adopt?: boolean
}

export interface RemoveOptions {
  keepData?: boolean
  includeAdopted?: boolean
}

/** What `setup` would do. One that cannot be read is an item with its error; options that nobody asked for are left out. */
export function planApply<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  options: ApplyOptions = {},
): Promise<PlanItem<Cx>[]> {
  const asked = resources.filter(({ wanted, retires }) => wanted !== false || retires)
  return planEach(cx, asked, (resource, have) => decideApply(resource, have, options, cx.clock.now()))
}

/** What `cleanup` would do, in the order of `resources`. */
export async function planRemove<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  options: RemoveOptions = {},
): Promise<PlanItem<Cx>[]> {
  const unseen = new Map<string, AnyResource<Cx>[]>()
  const items = await planEach(
    cx,
    resources,
    (resource, have) => decideRemove(resource, have, options),
    (resource, { message }) => unseen.set(message, [...(unseen.get(message) ?? []), resource]),
  )
  for (const [cause, untold] of unseen) {
    const message = `could not be read, so not removed if they exist: ${namesOf(untold)}; ${cause}`
    cx.emit({ type: 'warning', warning: { code: 'not-looked-at', message } })
  }
  return items
}

/** What each known concern says, once, of the things that are there. */
export function concernsOf(items: readonly PlanItem[]): Concern[] {
  const all = items.flatMap(({ resource, have }) => (have && resource.concerns?.(have.state, have.owner)) ?? [])
  return [...new Map(all.map((concern) => [concern.message, concern])).values()]
}

/** The items whose settings are still not what they should be, read again, but for their ownership. */
export async function unsettled<Cx extends Context>(cx: Cx, items: readonly PlanItem<Cx>[]): Promise<PlanItem<Cx>[]> {
  const read = await Promise.all(
    items.map(async (item) => {
      const observed = await item.resource.read(cx)
      const known = observed && { state: observed.state, owner: item.have?.owner ?? 'ours' }
      return { ...item, changes: changesTo(item.resource, observed?.state, wantedState(item.resource, known)) }
    }),
  )
  return read.filter((item) => item.changes.length > 0)
}

async function planEach<Cx extends Context>(
  cx: Cx,
  resources: readonly AnyResource<Cx>[],
  decide: (resource: AnyResource<Cx>, have: Known<unknown> | undefined) => Decision,
  /** Hears of options that nobody asked for and that AWS does not let us look at: they stand in nobody's way. */
  unseen: (resource: AnyResource<Cx>, error: AppError) => void = () => {},
): Promise<PlanItem<Cx>[]> {
  const items = await Promise.all(
    resources.map(async (resource): Promise<PlanItem<Cx>> => {
      try {
        const have = await readKnown(cx, resource)
        return { resource, readAt: cx.clock.now(), ...(have && { have }), ...decide(resource, have) }
      } catch (thrown) {
        const error = toAppError(thrown)
        const nothing: PlanItem<Cx> = { resource, readAt: cx.clock.now(), action: 'none', changes: [] }
        if (resource.wanted !== false || error.kind !== 'aws') return { ...nothing, error }
        unseen(resource, error)
        return nothing
      }
    }),
  )
  // Of an option that nobody asked for and that does not stand there is nothing to tell.
  return items.filter(({ resource, have, error }) => resource.wanted !== false || have || error)
}

export async function readKnown<Cx extends Context>(
  cx: Cx,
  resource: AnyResource<Cx>,
): Promise<Known<unknown> | undefined> {
  const observed = await resource.read(cx)
  return observed && { state: observed.state, ...ownedBy(await observed.owner()) }
}

function changesTo({ untold = [] }: Any, from: unknown, to: unknown): Change[] {
  return diff(from, to).filter((change) => change.from !== undefined || !untold.includes(change.path))
}

function decideApply(resource: Any, have: Known<unknown> | undefined, options: ApplyOptions, now: number): Decision {
  if (resource.wanted === false) return { action: have?.owner === 'ours' ? 'remove' : 'none', changes: [] }
  if (!have) return { action: 'create', changes: [] }
  const wanted = wantedState(resource, have)
  const changes = changesTo(resource, have.state, wanted)
  const { foreign } = resource
  if (have.owner === 'foreign' && !(options.replaceForeign && foreign?.replaceable)) {
    const { because = 'it is not ours', hint, isManaged } = foreign ?? {}
    if (isManaged && changes.length === 0) return { action: 'none', changes, reason: `as it should be: ${because}` }
    return { action: 'blocked', changes, reason: because, ...(hint !== undefined && { hint }) }
  }
  const isNew = have.owner === 'unmarked'
  const inTheWay = resource
    .concerns?.(have.state, have.owner)
    .find(({ stops }) => stops === 'apply' || (stops === 'adopt' && isNew && !options.adopt))
  if (inTheWay) {
    const differs = isNew ? diff(have.state, resource.desired(have.state)) : changes
    const { message: reason, hint } = inTheWay
    return { action: 'blocked', changes: differs, reason, hint }
  }
  const full = withoutRoom(resource, have)
  if (full) return { action: 'blocked', changes, ...full }
  const loses = have.owner === 'ours' ? resource.losses?.(have.state, wanted, now) : undefined
  if (isNew) changes.push({ path: 'owner', from: 'unmarked', to: 'adopted' })
  return { action: changes.length > 0 ? 'update' : 'none', changes, ...(loses !== undefined && { loses }) }
}

/** AWS would refuse a tag too many in the middle of the work. */
function withoutRoom(resource: Any, have: Known<unknown>) {
  const { tagKeys = [] } = have
  const missing = resource.marks?.(have).filter((key) => !tagKeys.includes(key)) ?? []
  const all = tagKeys.length + missing.length
  const tooMany = all - MOST_TAGS
  if (missing.length === 0 || tooMany <= 0) return undefined
  const reason = `it has no room for our tags: with ${missing.length} of ours there would be ${all}, and AWS allows ${MOST_TAGS}`
  const { makesRoom = 'give setup another name for it' } = resource
  return { reason, hint: `remove ${tooMany} of its tags, or ${makesRoom}` }
}

function decideRemove(resource: Any, have: Known<unknown> | undefined, options: RemoveOptions): Decision {
  if (!have) return { action: 'none', changes: [] }
  const left = (reason: string): Decision => ({ action: 'none', changes: [], reason: `kept: ${reason}` })
  if (have.owner === 'foreign') return left('it is not ours')
  if (have.owner !== 'ours' && !options.includeAdopted) {
    if (have.owner === 'unmarked' || !resource.release) {
      return left('it was there before us (--include-adopted removes it)')
    }
    const changes = diff(have.state, resource.released?.(have.state) ?? have.state)
    changes.push({ path: 'owner', from: 'adopted', to: 'unmarked' })
    return { action: 'update', changes, reason: 'it was there before us: what we added goes, the rest stays' }
  }
  const concerns = resource.concerns?.(have.state, have.owner) ?? []
  // Of our name alone: setup has never used it, and does not as it stands.
  const own = concerns.find(({ stops }) => have.owner === 'unmarked' && (stops === 'apply' || stops === 'adopt'))
  if (own) return left(`it is not ours: ${own.message}`)
  if (resource.holdsData && options.keepData) return left('it holds data (--keep-data)')
  const inTheWay = concerns.filter(({ stops }) => stops === 'remove')
  if (inTheWay.length > 0) {
    // All of them: who says that they may go has to know of each.
    const joined = (texts: string[]) => [...new Set(texts)].join('; ')
    const reason = joined(inTheWay.map(({ message }) => message))
    return { action: 'blocked', changes: [], reason, hint: joined(inTheWay.map(({ hint }) => hint)) }
  }
  const remainder = resource.remainder?.(have.state)
  if (remainder === undefined) {
    const told = concerns.filter(({ stops }) => !stops).map(({ message }) => message)
    return { action: 'remove', changes: [], ...(told.length > 0 && { reason: told.join('; ') }) }
  }
  const changes = diff(have.state, remainder)
  return changes.length === 0
    ? left('what is left of it is not ours, or other Regions use it')
    : { action: 'update', changes }
}
