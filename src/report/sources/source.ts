import type { AwsPlace } from '../../aws/context.ts'
import type { Context } from '../../core/context.ts'
import type { AppError } from '../../core/errors.ts'
import type { Grant } from '../../core/resource.ts'
import type { Arrangement } from '../arrange.ts'
import type { CostMetric } from '../bill/line.ts'
import type { Rate } from '../calls.ts'
import type { Reading, Window } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import type { TallyStore } from '../store/store.ts'
import type { Teams } from '../teams/rules.ts'
import type { ReportView } from '../view.ts'
import type { Where } from '../where.ts'
import type { PricesFrom } from './opening.ts'

/** What it takes to know whether a Region logs what is called there, and whether anything is. */
export const LOGGING_GRANTS: readonly Grant[] = [
  { actions: ['bedrock:GetModelInvocationLoggingConfiguration', 'cloudwatch:ListMetrics'], resources: ['*'] },
]

/** Where a report's numbers come from. Whoever needs something particular asks `SOURCES`, nobody for one by name. */
export interface Source<Settings extends object = object> {
  /** As `--source` takes it. */
  readonly name: string
  /** What stands behind the name and a colon, in words; left out where nothing does. */
  readonly path?: string
  /** It reads what is on this machine: AWS is not asked. */
  readonly isAtHand?: true
  /** What its rows can be told apart by; `metadata:` stands for `metadata:KEY`. */
  readonly groupings: readonly string[]
  /** What it cannot group by, in words: `CloudWatch's metrics do not tell it`. */
  readonly tellsNot: string
  /** It is what AWS billed: of days, with costs of its own, so that no price is looked up. */
  readonly isBill?: true
  /** Its rows are of what CloudWatch holds against the account's quotas by the minute. */
  readonly tellsQuotas?: true
  readonly takesBucket?: true
  /** A bucket may stand in its path, of which the owner may be named. */
  readonly takesOwner?: true
  /** What it may cost to ask can be limited. */
  readonly takesLimit?: true
  /** What its accounts are linked by, where it has any; CloudWatch's cross-account observability by default. */
  readonly linkedBy?: string
  /** The option of setup that makes what it reads: whoever names the source has it, and so the grants. */
  readonly madeWith?: string & keyof Settings
  /** The settings that say where its data are; each has a flag. */
  readonly settings: readonly (string & keyof Settings)[]
  readonly bills: readonly Rate[]
  readonly ifIncomplete: string
  /** Finds the accounts that share with a place what it reads there; left out where none can. */
  linked?(hub: AwsPlace, settings: Settings): Promise<readonly string[]>
  grants(scope: SourceScope<Settings>): readonly Grant[]
  /** @throws AppError where there is nothing to read, or AWS does not say who asks */
  open(session: SourceSession<Settings>, options: SourceOptions): Promise<OpenSource>
}

/** What the names and ARNs of a source's data are made of. */
interface SourceScope<Settings extends object> {
  accountId: string
  region: string
  settings: Settings
  /** It is the account of whoever reads, and so may be one that others are linked to. */
  readsLinked?: boolean | undefined
}

export interface SourceSession<Settings extends object> {
  cx: Context
  stdin?: AsyncIterable<Uint8Array> | undefined
  /** What is kept of logs that were read before; left out where nothing is to be. */
  tallies?: (() => Promise<TallyStore | undefined>) | undefined
  /** Asks AWS who calls, and where; a source that is at hand never does. */
  signIn(): Promise<SignedIn<Settings>>
}

export interface KnownAccount {
  id: string
  name?: string
  /** It is read through the caller's own, with which it shares its metrics or logs. */
  linked?: true
  error?: AppError
  /** Of one with an error: its own Regions, where they were named; of one that is read through a link, those that are not. */
  regions?: readonly string[]
}

/** The caller's own places, through which accounts that are linked to them can be read. */
export interface LinkedReading {
  hubs: readonly AwsPlace[]
  /** Accounts were named: only those among them that cannot be read by themselves. */
  onlyNamed: boolean
}

/** Who reads, where, and by which names; `given` are the settings that the user gave. */
export interface SignedIn<Settings extends object> {
  places: readonly AwsPlace[]
  /** What is known of the accounts besides their ids, those included that cannot be read. */
  accounts?: readonly KnownAccount[] | undefined
  /** Left out where linked accounts are not to be read. */
  linked?: LinkedReading | undefined
  settings: Settings
  given: ReadonlySet<string>
}

export interface SourceOptions {
  path?: string | undefined
  /** A bucket to read instead of what the logging configuration names. */
  bucket?: NamedBucket | undefined
  /** The account that a bucket in the path belongs to; the caller's by default. */
  owner?: string | undefined
  /** How a bill counts money; as used by default. */
  cost?: CostMetric | undefined
  /** US dollars that AWS may charge for asking, at most. */
  maxAwsCost?: number | undefined
  /** How many windows will be read; one by default. */
  readings?: number | undefined
}

/** A bucket that logs of several accounts are brought together in. */
export interface NamedBucket {
  name: string
  /** The account that it belongs to; the caller's by default. */
  owner?: string | undefined
  /** Only the logs of these accounts, and of these Regions; all that are in it by default. */
  accounts?: readonly string[] | undefined
  regions?: readonly string[] | undefined
}

export interface OpenSource {
  /** Where AWS is asked; none for what is at hand. */
  places: readonly AwsPlace[]
  read(question: Question): Promise<SourceReading>
  /** Of what is at hand: without a window, as a whole. */
  readAll?(question: Omit<Question, 'window'>): Promise<SourceReading>
}

export interface Question {
  window: Window
  /** See `GROUPINGS`. */
  by: readonly string[]
  timeZone?: string
  where?: Where
  /** What is used besides models is to be told, too, by sources that know it. */
  features?: boolean
  /** The days of UTC (ms of their midnight) from which on some price may be another: sources that sum over them tell them apart. */
  changes?: PriceBook['changes']
  /** They are not asked for where asking costs. */
  withoutPercentiles?: true
}

export interface SourceReading extends Reading {
  accounts: string[]
  regions: string[]
  /** Something that should have been read could not be: the warnings say what. */
  incomplete: boolean
  known?: readonly KnownAccount[]
  /** What to do about it, where its cause says more than the source does. */
  ifIncomplete?: string
}

export interface ReportRequest extends SourceOptions, Arrangement {
  /** The name of one of `SOURCES`; the first by default. */
  source?: string | undefined
  /** Without it a day; of what is at hand, all of it. */
  window?: Window | undefined
  /** See `GROUPINGS`; `model` by default. One that is named twice counts once. */
  by?: readonly string[] | undefined
  where?: Where | undefined
  /** The window to compare with, by that of the report. */
  compare?: ((window: Window) => Window) | undefined
  /** A forecast of the month, for which more is read where the window alone does not do. */
  forecast?: boolean | undefined
  /** Also tell hours that cost far more than the same ones of the weeks before, which are read for that. */
  anomalies?: boolean | undefined
  timeZone?: string | undefined
  /** Where prices come from, given where AWS is asked; those that come with the program by default. */
  prices?: PricesFrom | undefined
  /** Also tell all that was charged, line by line, by this: formats that need it say so. */
  charges?: readonly string[] | undefined
  /** Who pays for what: needed to tell teams apart. */
  teams?: Teams | undefined
  /** A report of each of these, besides that of all of them by this: a grouping. */
  splitBy?: string | undefined
  /** Also tell how near the models came to the account's quotas, where the source can. */
  quotas?: boolean | undefined
}

export interface ReportOutcome extends ReportView {
  /** Of kind `partial`: something could not be read and is not in the report. To be thrown once the report is out. */
  error?: AppError
  parts?: () => readonly ReportPart[]
}

export interface ReportPart {
  name: string
  view(): ReportView
}
