import type { Context } from './context.ts'

/**
 * Whose a thing of our name is:
 * - `ours`: made by this program (it carries our tag).
 * - `adopted`: made by somebody else, maintained by us since; `cleanup` leaves it standing.
 * - `unmarked`: of our name, in our account, without our tag: the next `setup` adopts it.
 * - `foreign`: somebody's own, serving another purpose: never touched without an explicit flag.
 */
export type Owner = 'ours' | 'adopted' | 'unmarked' | 'foreign'

/** What stands in AWS, in the shape of `desired`. Ownership is asked for separately, since it may cost a call. */
export interface Observed<State> {
  state: State
  owner(): Promise<Owner>
}

/** What is known of a thing that exists. */
export interface Known<State> {
  state: State
  owner: Owner
}

/** IAM actions that a resource calls, on which ARNs, under which conditions. */
export interface Grant {
  actions: readonly string[]
  resources: readonly string[]
  condition?: Record<string, Record<string, string | readonly string[]>>
}

export interface Permissions {
  read: readonly Grant[]
  write: readonly Grant[]
  remove: readonly Grant[]
}

/**
 * One thing in AWS that the program looks after. Everything else (plan, dry run, status, idempotence, clean-up, the
 * permissions policy) follows from these members. `Cx` is the context its calls are made through.
 */
export interface Resource<State = unknown, Cx extends Context = Context> {
  /** The step that owns it: '1', '2', '2b', … */
  readonly step: string
  /** AWS's own word for it: "iam-role", "s3-bucket", "alarm". */
  readonly type: string
  readonly name: string
  /** The Region it lives in, or `GLOBAL`. */
  readonly region: string
  /** True when removing it loses data that cannot be made again. */
  readonly holdsData: boolean
  /**
   * False for an option that the settings do not ask for: where it does not exist it is not created, where it exists it is
   * left as it is; clean-up takes it away like any other.
   */
  readonly wanted?: boolean
  /** With `wanted: false`: what is ours of it goes, since it would do harm by standing without being asked for. */
  readonly retires?: boolean
  /** Ids of resources that must stand before this one is written, and that must outlive it. */
  readonly needs: readonly string[]
  /**
   * The state it should be in, given what stands now: what others put beside ours into a list that AWS keeps whole
   * (policy statements, lifecycle rules, alarm actions) stays in it. Pure.
   */
  desired(have?: State): State
  permissions(): Permissions
  /** Of an alarm in a state: how many metrics AWS bills it for; one where this is left out. Pure. */
  billedMetrics?(state: State): number
  /** Undefined when it does not exist. */
  read(cx: Cx): Promise<Observed<State> | undefined>
  /** Brings it to the desired state; `have` is what stands now, undefined when it is to be created. */
  write(cx: Cx, have: Known<State> | undefined): Promise<void>
  /**
   * For a thing that also serves others than those now removed (other Regions): the state it is left in. Undefined when
   * it can go altogether. Pure.
   */
  remainder?(have: State): State | undefined
  /**
   * For a thing that holds on to others of ours: how it lets go of them where clean-up leaves it standing, since it was there
   * before us. `state` is pure.
   */
  readonly release?: { state(have: State): State; write(cx: Cx, have: Known<State>): Promise<void> }
  /** Takes it away, with everything in it, or down to its remainder. Succeeds when it is gone already. */
  remove(cx: Cx, have: Known<State>): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: resources of unlike states stand in one list, and State stands in and out of their methods
export type AnyResource<Cx extends Context> = Resource<any, Cx>

/** The Region of what has none. */
export const GLOBAL = 'global'

/** A numbered list of resources that belong together. */
export interface Step<Cx extends Context = Context> {
  readonly id: string
  readonly name: string
  /** What it is for, in one line. */
  readonly title: string
  readonly resources: readonly AnyResource<Cx>[]
}

/** How other resources and events refer to one: unique among all steps and Regions. */
export function resourceId(resource: Pick<Resource, 'type' | 'name' | 'region'>): string {
  return `${resource.region}/${resource.type}/${resource.name}`
}
