import { extname } from 'node:path'
import { usageError } from '../../../core/errors.ts'
import { COST_METRICS } from '../../../report/bill/line.ts'
import type { Format } from '../../../report/formats/format.ts'
import { FORMATS, USUAL_FORMAT } from '../../../report/formats/index.ts'
import { type Gates, parseRate, parseUsd } from '../../../report/gates.ts'
import { dimensionsOf } from '../../../report/grouping.ts'
import {
  type AnySource,
  checkGroupings,
  findSource,
  isOnDisk,
  SOURCES,
  sourceWord,
} from '../../../report/sources/index.ts'
import type { NamedBucket, Source } from '../../../report/sources/source.ts'
import { isOfCalls, parseColumns, parseSort } from '../../../report/values.ts'
import { parseWhere, type Where } from '../../../report/where.ts'
import { HOUR_MS } from '../../../report/window.ts'
import { parseLast, type WindowFlags } from '../../../report/window-parse.ts'
import type { SettingLayer } from '../../../steps/resolve-settings.ts'
import type { Args } from '../../args/args.ts'
import { notifyOf } from '../../args/notify-flags.ts'
import { formatOf } from '../../args/output-format.ts'
import { flagLayer } from '../../args/setting-layers.ts'

/** Flags that some format has no place for. */
const GIVEN = ['compare', 'top', 'columns', 'sort']

export type ReportOptions = ReturnType<typeof reportOptions>

/**
 * Puts the flags together. Throws usage errors for what contradicts itself and for what the source cannot tell.
 * @param isSourceOpen without a flag the source is still to be chosen, by what is asked
 */
export function reportOptions(args: Args, isSourceOpen = false) {
  const timeZone = args.text('timezone') ?? 'UTC'
  const [name = '', ...path] = (args.text('source') ?? SOURCES[0].name).split(':')
  const source = findSource(name)
  const splitBy = args.text('split-by')
  const format = formatOf<Format>(args, FORMATS, splitBy === undefined ? USUAL_FORMAT : SPLIT_FORMAT)
  const given = GIVEN.filter((flag) => args.text(flag) !== undefined)
  const named = args.list('by')
  const charges = format.chargesBy?.({ by: named, timeZone, groupings: source.groupings, given })
  const by = charges ? dimensionsOf(charges) : named.length > 0 ? named : ['model']
  checkGroupings(source, charges ?? by)
  const asked = parseWhere(args.list('where'))
  if (!isSourceOpen || args.text('source') !== undefined) checkGroupings(source, Object.keys(asked ?? {}), '--where')
  const where = source.isBill ? ofRegions(args, asked) : asked
  const [window, compare, output] = [windowFlags(args, timeZone), args.text('compare'), args.text('output')]
  if (splitBy !== undefined) checkSplit(args, source, output)
  if (isOnDisk(source, path.join(':'))) checkOnDisk(args)
  // The files of a split report have the usual ending.
  const ending = splitBy === undefined ? extname(output ?? '') : (format.endings[0] ?? '')
  const [sort, columns, top] = [args.list('sort'), args.list('columns'), args.text('top')]
  const options = {
    /** Undefined: no flag says, so files are read as a whole, and of the others a day. */
    window,
    timeZone,
    source: name,
    /** What stands behind it and a colon; empty where nothing does. */
    path: path.join(':'),
    bucket: bucketOf(args, source),
    owner: source.takesOwner && args.text('bucket-owner'),
    ...billOptions(args, source),
    by,
    where,
    /** As `--compare` takes it. */
    compare,
    sort: sort.length > 0 ? parseSort(sort, by, compare !== undefined) : undefined,
    top: top === undefined ? undefined : Number(top),
    columns: columns.length > 0 ? parseColumns(columns, by, compare !== undefined) : undefined,
    linked: !args.is('no-linked'),
    offline: args.is('offline'),
    cache: !args.is('no-cache'),
    quotas: quotasAsked(args, source),
    forecast: args.is('forecast'),
    anomalies: args.is('anomalies') || args.text('fail-on-anomaly') !== undefined,
    teamsFile: args.text('teams'),
    splitBy,
    format,
    version: versionOf(args, format),
    /** The format is made of what was charged, told apart by this. */
    charges,
    /** Undefined: stdout. */
    output,
    /** That file holds bytes. */
    isInBytes: format.bytes !== undefined && ending.toLowerCase() === format.bytes,
    verbose: args.is('verbose'),
    open: openAsked(args),
    gates: gatesOf(args),
    notify: notifyOf(args),
    settings: withOption(flagLayer(args), source),
  }
  if (source.isBill) checkOfBill(options)
  return options
}

/** A bill has no calls: throws a usage error for what is asked of them, before any of it is paid for. */
function checkOfBill({ source, sort = [], columns = [], gates }: ReportOptions): void {
  const flag = [
    ...sort.map(({ name }) => ({ flag: `--sort ${name}`, name })),
    ...columns.map((name) => ({ flag: `--columns ${name}`, name })),
    ...(gates.maxErrorRate === undefined ? [] : [{ flag: '--max-error-rate', name: 'errorRate' }]),
  ].find(({ name }) => isOfCalls(name))?.flag
  if (flag === undefined) return
  const others = SOURCES.filter(({ isBill }: Source<never>) => !isBill).map(sourceWord)
  throw usageError(
    `${flag} and --source ${source} contradict each other: a bill knows no calls, errors or latency`,
    `pass --source ${others.join(' or ')}`,
  )
}

/** Throws a usage error for accounts to work in where nothing is asked of AWS: what is on disk is not chosen from by them. */
function checkOnDisk(args: Args): void {
  const flag = ['accounts', 'exclude-accounts'].find((name) => args.list(name).length > 0)
  if (flag === undefined) return
  throw usageError(
    `--${flag} and --source ${args.text('source')} contradict each other: files on disk are read as they are`,
    'pass --where account=ID to choose from them',
  )
}

/** Throws a usage error where teams are named and nothing is asked of them. */
export function checkTeams({ teamsFile, by, where = {}, splitBy }: ReportOptions): void {
  if (teamsFile === undefined || [...by, ...Object.keys(where), splitBy].includes('team')) return
  throw usageError('--teams: nothing is asked of teams', 'pass --by team, --where team=NAME or --split-by team, too')
}

const SPLIT_FORMAT = FORMATS.find(({ name }) => name === 'html') ?? USUAL_FORMAT

function checkSplit(args: Args, source: AnySource, output: string | undefined): void {
  const by = args.text('split-by') ?? ''
  checkGroupings(source, [by], '--split-by')
  if (output === undefined)
    throw usageError('--split-by writes files, and no folder is named', 'pass --output DIR, too')
}

/** Throws a usage error where no file is named that could be opened. */
export function openAsked(args: Args): boolean {
  if (args.is('open') && args.text('output') === undefined)
    throw usageError('--open opens a file, and none is named', 'pass --output FILE, too')
  return args.is('open')
}

/** The window that the flags name; undefined when they name none. Throws usage errors for flags that contradict each other. */
export function windowFlags(args: Args, timeZone: string): WindowFlags | undefined {
  const [hours, last, since, until] = ['hours', 'last', 'since', 'until'].map((flag) => args.text(flag))
  if (hours !== undefined && last !== undefined) {
    throw usageError(`--hours ${hours} and --last ${last} contradict each other`, 'pass one of them')
  }
  if ([hours, last, since, until].every((value) => value === undefined)) return undefined
  const length = hours === undefined ? parseLast(last ?? '') : Number(hours) * HOUR_MS
  if (length !== undefined && since !== undefined) {
    const flag = hours === undefined ? `--last ${last}` : `--hours ${hours}`
    throw usageError(`--since ${since} and ${flag} contradict each other`, 'pass --since and --until')
  }
  return { length, since, until, timeZone }
}

/** A bucket of the user's choice. Regions are those that a flag names, or all that are in it. */
function bucketOf(args: Args, { name: source, takesBucket, takesOwner }: AnySource): NamedBucket | undefined {
  const name = args.text('bucket')
  const [owner, accounts] = [args.text('bucket-owner'), args.list('account')]
  if (name === undefined) {
    const lone = owner === undefined || takesOwner ? accounts.length > 0 && '--account' : '--bucket-owner'
    if (lone) throw usageError(`${lone} needs --bucket`, 'pass --bucket NAME too')
    return undefined
  }
  if (!takesBucket) {
    const others = SOURCES.filter((one) => one.takesBucket).map((one) => `--source ${one.name}`)
    throw usageError(`--bucket and --source ${source} contradict each other`, `pass ${others.join(' or ')}`)
  }
  const regions = args.list('region').filter((region) => region !== 'all')
  return {
    name,
    owner,
    ...(accounts.length > 0 && { accounts }),
    ...(regions.length > 0 && { regions }),
  }
}

/** What `--focus-version` says. */
function versionOf(args: Args, format: Format): string | undefined {
  const other = FORMATS.find(({ name }) => name !== format.name && args.text(`${name}-version`) !== undefined)
  if (!other) return args.text(`${format.name}-version`)
  throw usageError(`--${other.name}-version needs --format ${other.name}`, `pass --format ${other.name}, too`)
}

/** A bill is of all Regions: which are asked for is a part of it. */
function ofRegions(args: Args, where: Where | undefined): Where | undefined {
  const regions = args.list('region').filter((region) => region !== 'all')
  return regions.length === 0 || where?.region ? where : { ...where, region: regions }
}

/** Of a source that setup makes by an option, that option, too. */
export function withOption(layer: SettingLayer, { madeWith }: Source<never>): SettingLayer {
  return madeWith === undefined ? layer : { ...layer, values: { [madeWith]: true, ...layer.values } }
}

function gatesOf(args: Args): Gates {
  const [usd, rate, excess] = ['fail-over-usd', 'max-error-rate', 'fail-on-anomaly'].map((flag) => args.text(flag))
  const allowUnpriced = args.is('allow-unpriced')
  if (allowUnpriced && usd === undefined && ![...args.list('by'), args.text('split-by')].includes('team')) {
    throw usageError(
      '--allow-unpriced needs --fail-over-usd or budgets of teams',
      'pass --fail-over-usd N or --by team, too',
    )
  }
  return {
    ...(usd !== undefined && { failOverUsd: parseUsd(usd) }),
    ...(allowUnpriced && { allowUnpriced }),
    ...(rate !== undefined && { maxErrorRate: parseRate(rate) }),
    ...(excess !== undefined && { failOnAnomaly: parseUsd(excess) }),
  }
}

function billOptions(args: Args, { name, isBill, takesLimit }: Source<never>) {
  const [cost, most] = [args.text('cost'), args.text('max-aws-cost')]
  if (cost !== undefined && !isBill) {
    throw usageError(`--cost and --source ${name} contradict each other`, 'pass --source bill')
  }
  if (most !== undefined && !takesLimit) {
    const others = SOURCES.filter((one: Source<never>) => one.takesLimit).map((one) => `--source ${one.name}`)
    throw usageError(`--max-aws-cost and --source ${name} contradict each other`, `pass ${others.join(' or ')}`)
  }
  return {
    isBill: isBill === true,
    cost: COST_METRICS.find((metric) => metric === cost),
    maxAwsCost: most === undefined ? undefined : parseUsd(most),
  }
}

function quotasAsked(args: Args, { name, tellsQuotas }: AnySource): boolean {
  if (!args.is('quotas') || tellsQuotas) return args.is('quotas')
  const others = SOURCES.filter((one) => one.tellsQuotas).map((one) => `--source ${one.name}`)
  throw usageError(`--quotas and --source ${name} contradict each other`, `pass ${others.join(' or ')}`)
}
