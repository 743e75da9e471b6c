import { types } from 'node:util'
import { usageError } from '../../core/errors.ts'
import { isHttpUrl } from '../../core/http-url.ts'
import { isObject } from '../../core/json.ts'
import { COST_METRICS } from '../bill/line.ts'
import type { Format } from '../formats/format.ts'
import { FORMATS } from '../formats/index.ts'
import { dimensionsOf } from '../grouping.ts'
import type { Window } from '../model.ts'
import { CELL_KEYS, GROUP_KEYS } from '../reconcile/model.ts'
import { parseColumns, parseSort } from '../values.ts'
import type { AskedOptions, ReportView } from '../view.ts'
import { parseWhere, type Where } from '../where.ts'
import { billedUpTo, HOUR_MS, isTimeZone, lastHours } from '../window.ts'
import { compareWindow, MOST_LAST, pastOf } from '../window-parse.ts'
import { BILLS, ESTIMATES, findSource, isGrouping, isOnDisk, parseSource, SOURCES, sourceWord } from './index.ts'
import type { ReportRequest, Source } from './source.ts'

const MOST_HOURS = MOST_LAST / HOUR_MS

type Given = Record<string, unknown>
type Checks = Readonly<Record<string, readonly [isRight: (value: unknown) => boolean, hint: string]>>

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isOneOf = (names: readonly string[]) =>
  [(value: unknown) => names.some((name) => name === value), `it is one of ${names.join(', ')}`] as const
const BOOLEAN = [(value: unknown) => typeof value === 'boolean', 'it is true or false'] as const
const OBJECT = [isObject, 'it is an object'] as const

const OF_REPORTS: Checks = {
  timeZone: [(value) => isText(value) && isTimeZone(value), 'it is UTC or a name such as Europe/Berlin'],
  format: isOneOf(FORMATS.map(({ name }) => name)),
  cost: isOneOf(COST_METRICS),
  maxAwsCost: [(value) => Number.isFinite(value) && Number(value) >= 0, 'it is a number of US dollars'],
  anomalies: BOOLEAN,
  forecast: BOOLEAN,
  livePrices: BOOLEAN,
  linked: BOOLEAN,
}

const OF_ACCESS: Checks = {
  profile: [isText, 'it is a text that is not empty'],
  endpointUrl: [
    (value) => isText(value) && isHttpUrl(value),
    'it is an http or https URL, such as http://127.0.0.1:4566',
  ],
  signal: [
    (value) => typeof (value as AbortSignal | null)?.addEventListener === 'function',
    'it is the signal of an AbortController',
  ],
  onEvent: [(value) => typeof value === 'function', 'it is a function'],
}

const OF_QUERIES: Checks = {
  settings: OBJECT,
  where: OBJECT,
  sort: [
    (value) => Array.isArray(value) && value.every((key) => typeof key === 'string'),
    "it is a list such as ['cost', 'name']",
  ],
  top: [(value) => Number.isInteger(value) && Number(value) > 0, 'it is a whole number from 1'],
}

function checkGiven(options: Given, checks: Checks): void {
  for (const [name, [isRight, hint]] of Object.entries(checks)) {
    const { [name]: value } = options
    if (value !== undefined && !isRight(value)) throw usageError(`${name} is ${shown(value)}`, hint)
  }
}

const ACCESS_NAMES = ['regions', 'profile', 'endpointUrl', 'credentials', 'signal', 'onEvent', 'settings']
const ASKED_NAMES = ['where', 'compare', 'sort', 'top']
const OWN_NAMES = ['source', 'path', 'owner', 'window', 'by', 'teams', ...ASKED_NAMES]
const QUERY_NAMES = [...ACCESS_NAMES, ...OWN_NAMES, ...Object.keys(OF_REPORTS)]
const RECONCILE_NAMES = [...ACCESS_NAMES, 'source', 'bill', 'window', 'by', 'where', 'livePrices', 'cost', 'maxAwsCost']

/** Throws a usage error for what makes no sense: what a program asks of the library, no flags have been checked in. */
export function checkQuery(query: unknown): Source<never> {
  const options = objectOf('the options', query)
  const { source: name = SOURCES[0].name, path, window, compare } = options
  const source = SOURCES.find((one) => one.name === name)
  const [, oneOf] = isOneOf(SOURCES.map((one) => one.name))
  if (!source) throw usageError(`source is ${shown(name)}`, oneOf)
  checkGiven(options, OF_REPORTS)
  checkGroupings(options.by)
  checkGiven(options, OF_QUERIES)
  checkPatterns(options.where)
  if (compare !== 'previous') checkWindow(compare, 'compare')
  if (source.path !== undefined && !isText(path)) throw usageError(`path is ${shown(path)}`, `it is ${source.path}`)
  if (!isOnDisk(source, String(path))) checkAccess(options)
  checkWindow(window)
  checkNames('the options', options, QUERY_NAMES)
  return source
}

export function checkReconcile(query: unknown): void {
  const options = objectOf('the options', query)
  for (const [name, sources] of [['source', ESTIMATES] as const, ['bill', BILLS] as const]) {
    const { [name]: given = sources[0]?.name } = options
    const isKnown = isText(given) && sources.some((source) => source.name === parseSource(given).name)
    if (!isKnown) throw usageError(`${name} is ${shown(given)}`, `it is one of ${sources.map(sourceWord).join(', ')}`)
  }
  checkGiven(options, OF_REPORTS)
  checkAccess(options)
  const { settings, where } = options
  checkGiven({ settings, where }, OF_QUERIES)
  checkWindow(options.window)
  checkGroupings(options.by, (name) => GROUP_KEYS.includes(name))
  checkPatterns(where)
  checkNames('where', where ?? {}, CELL_KEYS)
  checkNames('the options', options, RECONCILE_NAMES)
}

export function checkPlan(options: unknown): void {
  checkAccess(options)
  checkNames('the options', objectOf('the options', options), ACCESS_NAMES)
}

export function checkAccess(options: unknown): void {
  const given = objectOf('the options', options)
  const { regions, credentials } = given
  if (regions !== 'all' && !(Array.isArray(regions) && regions.length > 0 && regions.every(isText))) {
    throw usageError(`regions is ${shown(regions)}`, "it is 'all' or a list of at least one Region: ['us-east-1']")
  }
  checkGiven(given, OF_ACCESS)
  if (credentials === undefined || typeof credentials === 'function') return
  const { accessKeyId, secretAccessKey } = objectOf('credentials', credentials)
  if (![accessKeyId, secretAccessKey].every(isText))
    throw usageError('credentials are neither keys nor a function', 'they are { accessKeyId, secretAccessKey }')
}

/** Of a checked window, ms: the future, and a bill's days that are not whole yet, are left out. Throws for the future. */
export function spanOf(window: { hours: number } | { start: Date; end: Date }, now: number, isBill = false): Window {
  if (!('start' in window)) return lastHours(isBill ? billedUpTo(now) : now, window.hours)
  const past = pastOf({ start: window.start.getTime(), end: window.end.getTime() }, now)
  if (past) return past
  throw usageError(`window is from ${window.start.toISOString()}, which is in the future`, 'give an earlier start')
}

/** What is in them is looked at by {@link askedOf}. */
function checkPatterns(where: unknown): void {
  for (const [key, globs] of Object.entries(where ?? {})) {
    if ([globs].flat().some((glob) => typeof glob !== 'string'))
      throw usageError(`where has ${key}: ${shown(globs)}`, "it is patterns by grouping: { model: '*claude*' }")
  }
}

export function whereOf(where: NonNullable<AskedOptions['where']> = {}): Where | undefined {
  return parseWhere(Object.entries(where).flatMap(([key, globs]) => [globs].flat().map((glob) => `${key}=${glob}`)))
}

export function askedOf(
  query: AskedOptions & { source?: string; by?: readonly string[]; timeZone?: string; format?: string },
  now: number,
): Required<Pick<ReportRequest, 'where' | 'compare' | 'sort' | 'by' | 'charges'>> {
  const { where, compare, sort, timeZone = 'UTC', format } = query
  const { groupings } = findSource(query.source ?? SOURCES[0].name)
  const given = (['compare', 'top', 'sort'] as const).filter((name) => query[name] !== undefined)
  const { chargesBy } = format === undefined ? {} : formatNamed(format)
  const charges = chargesBy?.({ by: query.by ?? [], timeZone, groupings, given })
  const by = charges ? dimensionsOf(charges) : (query.by ?? ['model'])
  return {
    where: whereOf(where),
    compare: compare && compareOf(compare, now),
    sort: sort && parseSort(sort, by, compare !== undefined),
    by,
    charges,
  }
}

/** @throws a usage error for a name that is none's */
export function formatNamed(format: string): Format {
  const found = FORMATS.find(({ name }) => name === format)
  if (found) return found
  throw usageError(`format is '${format}'`, `it is one of ${FORMATS.map(({ name }) => name).join(', ')}`)
}

function compareOf(compare: NonNullable<AskedOptions['compare']>, now: number): NonNullable<ReportRequest['compare']> {
  if (compare === 'previous') return compareWindow(compare, 'UTC', now)
  if ('hours' in compare) return ({ start }) => ({ start: start - compare.hours * HOUR_MS, end: start })
  const span = spanOf(compare, now)
  return () => span
}

function checkGroupings(by: unknown, isKnown = isGrouping): void {
  if (by === undefined) return
  const hint = "it is a list such as ['model', 'day']"
  if (!Array.isArray(by)) throw usageError(`by is ${shown(by)}`, hint)
  const wrong = by.find((name) => typeof name !== 'string' || !isKnown(name))
  if (by.some((name) => name === wrong)) throw usageError(`by has ${shown(wrong)}: no grouping`, hint)
}

function checkWindow(window: unknown, name = 'window'): void {
  if (window === undefined) return
  const hint = 'it is { hours } of more than 0, or { start, end } as two dates in order; of ten years at most'
  if (typeof window !== 'object' || window === null) throw usageError(`${name} is ${shown(window)}`, hint)
  const { hours, start, end } = window as Given
  checkNames(name, window, ['hours', 'start', 'end'])
  const isSpan = types.isDate(start) && types.isDate(end)
  const length = isSpan ? (end.getTime() - start.getTime()) / HOUR_MS : hours
  if (typeof length !== 'number' || (isSpan ? hours : (start ?? end)) !== undefined)
    throw usageError(`${name} is ${shown(window)}`, hint)
  if (!(Number.isFinite(length) && length > 0 && length <= MOST_HOURS))
    throw usageError(`${name} is of ${length} hours`, hint)
}

function checkNames(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw usageError(`${what} have '${unknown}', which is unknown`, `known are ${known.join(', ')}`)
}

function objectOf(name: string, value: unknown): Given {
  if (isObject(value)) return value
  throw usageError(`${name} is ${shown(value)}`, OBJECT[1])
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? 'an object') : String(value)
}

type Rendering = { width?: number; verbose?: boolean; columns?: readonly unknown[]; version?: string }

/** How wide a view is to be written, in which version, and which columns of it. Throws a usage error for what is none. */
export function checkRenderOptions(
  options: unknown,
  { by, report }: ReportView,
  { name, versions = [] }: Format,
): { width: number; verbose: boolean; columns?: readonly string[]; version?: string } {
  const given = objectOf('the options', options)
  const isWidth = (value: unknown) => typeof value === 'number' && Number.isFinite(value) && value > 0
  const checks: Checks = {
    version: [(value) => versions.some((one) => one === value), `${name} has ${versions.join(', ') || 'none'}`],
    verbose: BOOLEAN,
    columns: [Array.isArray, 'it is a list of names'],
    width: [isWidth, 'it is a number of columns'],
  }
  checkNames('the options', given, ['width', 'columns', 'verbose', 'version'])
  checkGiven(given, checks)
  const { width = 120, verbose = false, columns, version } = given as Rendering
  const asked = columns && { columns: parseColumns(columns.map(String), by, report.compare !== undefined) }
  return { width, verbose, ...(version !== undefined && { version }), ...asked }
}

export function checkView(view: unknown): void {
  const { report, by, timeZone, trends } = objectOf('the view', view)
  const given = objectOf("the view's report", report)
  const { total, window, projection, groups, series, regions, prices, unpriced, doubts, warnings } = given
  for (const [name, value] of Object.entries({ total, window, projection, trends }))
    objectOf(`the view's ${name}`, value)
  const lists = Object.entries({ by, groups, series, regions, prices, unpriced, doubts, warnings })
  const [name, value] = lists.find(([, list]) => !Array.isArray(list)) ?? ['timeZone', timeZone]
  if (name !== 'timeZone' || typeof value !== 'string')
    throw usageError(`the view's ${name} is ${shown(value)}`, 'render takes what report() gives')
}
