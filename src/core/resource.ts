import type { Context } from './context.ts'
import type { WarningCode } from './warnings.ts'

/**
 * Whose a thing of our name is:
 * - `ours`: made by this program (it carries our tag).
 * - `adopted`: made by somebody else and used by us since; only what we added to it is ours, and `cleanup` takes just that out.
 * - `unmarked`: of our name, in our account, without our tag: the next `setup` adopts it if ours can be added to it.
 * - `foreign`: somebody's own, or another tool's: never touched without an explicit flag.
 */
export type Owner = 'ours' | 'adopted' | 'unmarked' | 'foreign'

/** Whose a thing is, and the keys of its tags, those of AWS's own left out. */
export interface Owned {
  owner: Owner
  tagKeys?: readonly string[]
}

/** The most tags that a thing has; those of AWS's own do not count (docs: Tagging AWS resources). */
export const MOST_TAGS = 50

/** What stands, in the shape of `desired`. Ownership is asked for separately, since it may cost a call. */
export interface Observed<State> {
  state: State
  owner(): Promise<Owner | Owned>
}

export interface Known<State> extends Owned {
  state: State
}

export const ownedBy = (told: Owner | Owned): Owned => (typeof told === 'string' ? { owner: told } : told)

/** Something about a thing that stands which the user has to know before it is used or removed. */
export interface Concern {
  code: WarningCode
  message: string
  hint: string
  /** What it stands in the way of: adopting it (unless that is asked for), any use, or removal. Left out, it is only told. */
  stops?: 'adopt' | 'apply' | 'remove'
}

/** A concern, and whether it is one of what stands. */
type Row = readonly [Concern['code'], applies: unknown, message: string, hint: string, stops?: Concern['stops']]

export function concernsIn(...rows: readonly Row[]): Concern[] {
  return rows.flatMap(([code, applies, message, hint, stops]) =>
    applies ? [{ code, message, hint, ...(stops && { stops }) }] : [],
  )
}

export interface Grant {
  actions: readonly string[]
  resources: readonly string[]
  condition?: Record<string, Record<string, string | readonly string[]>>
}

export interface TemplateTag {
  Key: string
  Value: string
}

/** What is not written into a template: whoever deploys it gives it. `shown` says what it is. */
export class TemplateSecret {
  readonly shown: string

  constructor(shown: string) {
    this.shown = shown
  }
}

export interface TemplatePart {
  /** CloudFormation's type, such as `AWS::Logs::LogGroup`, or one in its manner where it has none. */
  type: string
  properties: Readonly<Record<string, unknown>>
  /** What tells it apart from others of its type; left out where only AWS knows. */
  id?: string
}

export interface Permissions {
  read: readonly Grant[]
  write: readonly Grant[]
  remove: readonly Grant[]
}

/** One thing that the program looks after. Plan, dry run, status, clean-up and permissions follow from these members. */
export interface Resource<State = unknown, Cx extends Context = Context> {
  readonly step: string
  /** The kind of thing, in the words of whose it is; with name and Region it tells things apart. */
  readonly type: string
  readonly name: string
  readonly region: string
  /** True when removing it loses data that cannot be made again; false where it is left out. */
  readonly holdsData?: boolean
  /** False for an option that the settings do not ask for: it is neither created nor changed, and removed like any other. */
  readonly wanted?: boolean
  /** With `wanted: false`: what is ours of it goes, since it would do harm by standing without being asked for. */
  readonly retires?: boolean
  /** Ids of resources that must stand before this one is written, and that must outlive it. None where it is left out. */
  readonly needs?: readonly string[]
  /** The state it should be in; what others put beside ours into a list that AWS keeps whole stays in it. Pure. */
  desired(have?: State): State
  /** Of what was there before us: what stands with ours beside it, nothing taken out, narrowed or widened. Pure. */
  adopted?(have: State): State
  /** Of what was there before us: what stands without what we added, which is as it was before. Pure; by default as it stands. */
  released?(have: State): State
  /** Takes what we added, and our mark, out of what was there before us. Every resource that can be adopted has it. */
  release?(cx: Cx, have: Known<State>): Promise<void>
  /** Names of top-level members of the state that are known and not set: they may change without anybody touching the thing. */
  readonly known?: readonly string[]
  /** Paths of members that AWS may not tell again: one that is lacking is as it should be. */
  readonly untold?: readonly string[]
  /** The keys of the tags that using it sets on it, now and at any time. Pure. */
  marks?(have: Known<State>): readonly string[]
  /** What makes room for them, besides taking others' tags off. */
  readonly makesRoom?: string
  /** What is to be known of it before it is used or removed. Pure. */
  concerns?(have: State, owner: Owner): readonly Concern[]
  /** What data going from one state to the other would delete, in a sentence. Pure; `now` in milliseconds since the epoch. */
  losses?(have: State, want: State, now: number): string | undefined
  /** Of one that can be foreign: why, the cure, whether it may be replaced, and whether a template manages it. */
  readonly foreign?: { because: string; hint: string; replaceable?: boolean; isManaged?: boolean }
  /** A state in the words of CloudFormation, the resource itself first. Without a context AWS is not asked. */
  template?(
    want: State,
    tags: readonly TemplateTag[],
    cx?: Cx,
  ): readonly TemplatePart[] | Promise<readonly TemplatePart[]>
  permissions(): Permissions
  /** What matters of a state, in a few words: "> 10,000 ms in 10 min", "keeps events for 30 days". Pure. */
  summary?(state: State): string
  /** How much data is in it, as far as that is known: "2,860 objects, 1.3 MB". Pure. */
  holds?(have: State): string | undefined
  /** How many units of its type AWS bills in a state; one where this is left out. Pure. */
  billedUnits?(state: State): number
  read(cx: Cx): Promise<Observed<State> | undefined>
  /** Brings it to the desired state; `have` is what stands now, undefined when it is to be created. */
  write(cx: Cx, have: Known<State> | undefined): Promise<void>
  /** Of a thing that also serves others (other Regions): what it is left as. Undefined when it can go. Pure. */
  remainder?(have: State): State | undefined
  /** Takes it away, with everything in it, or down to its remainder. Succeeds when it is gone already. */
  remove(cx: Cx, have: Known<State>): Promise<void>
}

// biome-ignore lint/suspicious/noExplicitAny: resources of unlike states stand in one list, and State stands in and out of their methods
export type AnyResource<Cx extends Context> = Resource<any, Cx>

/** The state that a thing should be in, given what stands and whose that is. */
export function wantedState<State>(resource: Resource<State, never>, have: Known<State> | undefined): State {
  if (have?.owner === 'unmarked' || have?.owner === 'adopted') return resource.adopted?.(have.state) ?? have.state
  return resource.desired(have?.state)
}

export const GLOBAL = 'global'

export interface Step<Cx extends Context = Context> {
  readonly id: string
  readonly name: string
  readonly title: string
  readonly resources: readonly AnyResource<Cx>[]
}

/** How other resources and events refer to one: unique among all steps and Regions. */
export function resourceId(resource: Pick<Resource, 'type' | 'name' | 'region'>): string {
  return `${resource.region}/${resource.type}/${resource.name}`
}

/** "s3-bucket logs, 2 alarms (HighCost, HighLatency)": what there are several of is counted, and `told` as names. Pure. */
export function namesOf(
  resources: readonly Pick<Resource, 'type' | 'name'>[],
  told = (names: readonly string[]) => ` (${names.join(', ')})`,
): string {
  const words = [...new Set(resources.map(({ type }) => type))].map((type) => {
    const names = resources.filter((resource) => resource.type === type).map(({ name }) => name)
    if (names.length === 1) return `${type} ${names[0]}`
    return `${names.length} ${type.replace(/y$/, 'ie').replace(/(s|x|ch)$/, '$1e')}s${told(names)}`
  })
  return words.join(', ')
}
