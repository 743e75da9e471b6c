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
import type { Args } from '../../args/flag.ts'
import { formatOf } from '../../args/result-flags.ts'
import { flagLayer } from '../../args/shared-flags.ts'

const GIVEN = ['compare', 'top', 'columns', 'sort']

export type ReportOptions = ReturnType<typeof reportOptions>

/** Throws usage errors. `isSourceOpen`: without a flag the source is still to be chosen, by what is asked. */
export function reportOptions(args: Args, isSourceOpen = false) {
  const timeZone = args.text('timezone') ?? 'UTC'
  const [name = '', ...behind] = (args.text('source') ?? SOURCES[0].name).split(':')
  const [source, path] = [findSource(name), behind.join(':')]
  const splitBy = args.text('split-by')
  const format = formatOf<Format>(args, FORMATS, splitBy === undefined ? USUAL_FORMAT : SPLIT_FORMAT)
  const named = args.list('by')
  const given = GIVEN.filter(args.has)
  const charges = format.chargesBy?.({ by: named, timeZone, groupings: source.groupings, given })
  const by = charges ? dimensionsOf(charges) : named.length > 0 ? named : ['model']
  checkGroupings(source, charges ?? by)
  const asked = parseWhere(args.list('where'))
  if (!isSourceOpen || args.has('source')) checkGroupings(source, Object.keys(asked ?? {}), '--where')
  const where = source.isBill ? ofRegions(args, asked) : asked
  const [window, compare, output] = [windowFlags(args, timeZone), args.text('compare'), args.text('output')]
  if (splitBy !== undefined) checkGroupings(source, [splitBy], '--split-by')
  if (splitBy !== undefined && output === undefined)
    throw usageError('--split-by writes files and needs a folder', 'pass --output DIR, too')
  const onDisk = isOnDisk(source, path) && ['accounts', 'exclude-accounts'].find(args.has)
  if (onDisk)
    throw usageError(
      `--${onDisk} and --source ${args.text('source')} contradict each other: files on disk are read as they are`,
      'pass --where account=ID to choose from them',
    )
  checkAbilities(args, source)
  // The files of a split report have the usual ending.
  const ending = splitBy === undefined ? extname(output ?? '') : (format.endings[0] ?? '')
  const [sort, columns, cost] = [args.list('sort'), args.list('columns'), args.text('cost')]
  const options = {
    /** Undefined: no flag says, so files are read as a whole, and of the others a day. */
    window,
    timeZone,
    source: name,
    /** What stands behind it and a colon; empty where nothing does. */
    path,
    bucket: bucketOf(args, source),
    owner: source.takesOwner && args.text('bucket-owner'),
    isBill: source.isBill === true,
    cost: COST_METRICS.find((metric) => metric === cost),
    maxAwsCost: parseUsd(args.text('max-aws-cost') ?? ''),
    by,
    where,
    compare,
    sort: sort.length > 0 ? parseSort(sort, by, compare !== undefined) : undefined,
    top: args.number('top'),
    columns: columns.length > 0 ? parseColumns(columns, by, compare !== undefined) : undefined,
    cache: !args.is('no-cache'),
    quotas: args.is('quotas'),
    forecast: args.is('forecast'),
    anomalies: args.is('anomalies') || args.has('fail-on-anomaly'),
    teamsFile: args.text('teams'),
    splitBy,
    format,
    version: versionOf(args, format),
    /** The format is made of what was charged, told apart by this. */
    charges,
    /** The file to write holds bytes. */
    isInBytes: format.bytes !== undefined && ending.toLowerCase() === format.bytes,
    open: openAsked(args),
    gates: gatesOf(args),
    settings: withOption(flagLayer(args), source),
  }
  if (source.isBill) checkOfBill(options)
  return options
}

const SPLIT_FORMAT = FORMATS.find(({ name }) => name === 'html') ?? USUAL_FORMAT

const ABILITIES: readonly (readonly [flag: string, ability: keyof Source<never>])[] = [
  ['cost', 'isBill'],
  ['max-aws-cost', 'takesLimit'],
  ['bucket', 'takesBucket'],
  ['quotas', 'tellsQuotas'],
]

function checkAbilities(args: Args, source: Source<never>): void {
  for (const [flag, ability] of ABILITIES) {
    if (!args.has(flag) || source[ability]) continue
    const others =
      flag === 'cost' ? ['bill'] : SOURCES.filter((one: Source<never>) => one[ability]).map(({ name }) => name)
    const hint = `pass ${others.map((name) => `--source ${name}`).join(' or ')}`
    throw usageError(`--${flag} and --source ${source.name} contradict each other`, hint)
  }
}

/** A bill has no calls: throws a usage error for what is asked of them, before any of it is paid for. */
function checkOfBill({ source, sort = [], columns = [], gates }: ReportOptions): void {
  const [sorted, column] = [sort.map(({ name }) => name).find(isOfCalls), columns.find(isOfCalls)]
  const ofRate = gates.maxErrorRate === undefined ? undefined : '--max-error-rate'
  const flag = sorted ? `--sort ${sorted}` : column ? `--columns ${column}` : ofRate
  if (flag === undefined) return
  const others = SOURCES.filter(({ isBill }: Source<never>) => !isBill).map(sourceWord)
  throw usageError(
    `${flag} and --source ${source} contradict each other: a bill knows no calls, errors or latency`,
    `pass --source ${others.join(' or ')}`,
  )
}

/** Throws a usage error where teams are named and nothing is asked of them. */
export function checkTeams({ teamsFile, by, where = {}, splitBy }: ReportOptions): void {
  if (teamsFile === undefined || [...by, ...Object.keys(where), splitBy].includes('team')) return
  throw usageError(
    '--teams: nothing in this report is by team',
    'pass --by team, --where team=NAME or --split-by team, too',
  )
}

export function openAsked(args: Args): boolean {
  if (args.is('open') && !args.has('output')) throw usageError('--open needs a file to open', 'pass --output FILE, too')
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

const regionsNamed = (args: Args) => args.list('region').filter((region) => region !== 'all')

/** A bucket of the user's choice. Regions are those that a flag names, or all that are in it. */
function bucketOf(args: Args, { takesOwner }: AnySource): NamedBucket | undefined {
  const [name, owner, accounts] = [args.text('bucket'), args.text('bucket-owner'), args.list('account')]
  const regions = regionsNamed(args)
  if (name !== undefined)
    return { name, owner, ...(accounts.length > 0 && { accounts }), ...(regions.length > 0 && { regions }) }
  const lone = owner === undefined || takesOwner ? accounts.length > 0 && '--account' : '--bucket-owner'
  if (lone) throw usageError(`${lone} needs --bucket`, 'pass --bucket NAME too')
  return undefined
}

function versionOf(args: Args, format: Format): string | undefined {
  const other = FORMATS.find(({ name }) => name !== format.name && args.has(`${name}-version`))
  if (!other) return args.text(`${format.name}-version`)
  throw usageError(`--${other.name}-version needs --format ${other.name}`, `pass --format ${other.name}, too`)
}

/** A bill is of all Regions: which are asked for is a part of it. */
function ofRegions(args: Args, where: Where | undefined): Where | undefined {
  const regions = regionsNamed(args)
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
