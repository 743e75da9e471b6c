import { types } from 'node:util'
import { usageError } from '../../core/errors.ts'
import { isHttpUrl } from '../../core/http-url.ts'
import { COST_METRICS } from '../bill/line.ts'
import type { Format } from '../formats/format.ts'
import { FORMATS } from '../formats/index.ts'
import { dimensionsOf } from '../grouping.ts'
import type { Window } from '../model.ts'
import { CELL_KEYS, GROUP_KEYS } from '../reconcile/model.ts'
import { parseSort } from '../values.ts'
import type { AskedOptions } from '../view.ts'
import { parseWhere, type Where } from '../where.ts'
import { billedUpTo, HOUR_MS, lastHours } from '../window.ts'
import { compareWindow, MOST_LAST, pastOf } from '../window-parse.ts'
import { isTimeZone } from '../window-zone.ts'
import { BILLS, ESTIMATES, findSource, isGrouping, isOnDisk, parseSource, SOURCES, sourceWord } from './index.ts'
import type { ReportRequest } from './request.ts'
import type { Source } from './source.ts'

const MOST_HOURS = MOST_LAST / HOUR_MS

/**
 * Throws a usage error for what AWS would answer with an error of its own, or with no sense. What a program asks of the library
 * no flags have been checked in, and where it is not TypeScript not even the types.
 */
export function checkQuery(query: unknown): Source<never> {
  const options = objectOf('the options', query)
  const { source: name = SOURCES[0].name, by, path, settings } = options
  const source = SOURCES.find((one) => one.name === name)
  if (!source) throw usageError(`source is ${shown(name)}`, `it is one of ${SOURCES.map((one) => one.name).join(', ')}`)
  checkGiven(options, OF_REPORTS)
  if (by !== undefined) checkGroupings(by)
  checkAsked(options)
  if (settings !== undefined) objectOf('settings', settings)
  if (source.path !== undefined && !isText(path)) throw usageError(`path is ${shown(path)}`, `it is ${source.path}`)
  if (!isOnDisk(source, String(path))) checkAccess(options)
  if (options.window !== undefined) checkWindow(options.window)
  checkNames('the options', options, QUERY_NAMES)
  return source
}

/** What an option is, where it is given. */
type Check = readonly [name: string, isRight: (value: unknown) => boolean, hint: string]

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const OF_REPORTS: readonly Check[] = [
  ['timeZone', (value) => isText(value) && isTimeZone(value), 'it is UTC or a name such as Europe/Berlin'],
  [
    'format',
    (value) => FORMATS.some(({ name }) => name === value),
    `it is one of ${FORMATS.map(({ name }) => name).join(', ')}`,
  ],
  ['cost', (value) => COST_METRICS.some((metric) => metric === value), `it is one of ${COST_METRICS.join(', ')}`],
  ['maxAwsCost', (value) => Number.isFinite(value) && Number(value) >= 0, 'it is a number of US dollars'],
  ['anomalies', (value) => typeof value === 'boolean', 'it is true or false'],
  ['forecast', (value) => typeof value === 'boolean', 'it is true or false'],
  ['livePrices', (value) => typeof value === 'boolean', 'it is true or false'],
  ['linked', (value) => typeof value === 'boolean', 'it is true or false'],
]

const OF_ACCESS: readonly Check[] = [
  ['profile', isText, 'it is a text that is not empty'],
  [
    'endpointUrl',
    (value) => isText(value) && isHttpUrl(value),
    'it is an http or https URL, such as http://127.0.0.1:4566',
  ],
  [
    'signal',
    (value) => typeof (value as AbortSignal | null)?.addEventListener === 'function',
    'it is the signal of an AbortController',
  ],
  ['onEvent', (value) => typeof value === 'function', 'it is a function'],
]

function checkGiven(options: Record<string, unknown>, checks: readonly Check[]): void {
  for (const [name, isRight, hint] of checks) {
    const value = options[name]
    if (value !== undefined && !isRight(value)) throw usageError(`${name} is ${shown(value)}`, hint)
  }
}

const ACCESS_NAMES = ['regions', 'profile', 'endpointUrl', 'credentials', 'signal', 'onEvent', 'settings']
const ASKED_NAMES = ['where', 'compare', 'sort', 'top']
const OWN_NAMES = ['source', 'path', 'owner', 'window', 'by', 'teams', ...ASKED_NAMES]
const QUERY_NAMES = [...ACCESS_NAMES, ...OWN_NAMES, ...OF_REPORTS.map(([name]) => name)]
const RECONCILE_NAMES = [...ACCESS_NAMES, 'source', 'bill', 'window', 'by', 'where', 'livePrices', 'cost', 'maxAwsCost']

/** The same for a reconciliation, of which both sources are named as on the command line. */
export function checkReconcile(query: unknown): void {
  const options = objectOf('the options', query)
  for (const [name, sources] of [['source', ESTIMATES] as const, ['bill', BILLS] as const]) {
    const { [name]: given = sources[0]?.name } = options
    const isKnown = isText(given) && sources.some((source) => source.name === parseSource(given).name)
    if (!isKnown) throw usageError(`${name} is ${shown(given)}`, `it is one of ${sources.map(sourceWord).join(', ')}`)
  }
  checkGiven(options, OF_REPORTS)
  checkAccess(options)
  if (options.settings !== undefined) objectOf('settings', options.settings)
  if (options.window !== undefined) checkWindow(options.window)
  if (options.by !== undefined) checkGroupings(options.by, (name) => GROUP_KEYS.includes(name))
  checkWhere(options.where)
  checkNames('where', options.where ?? {}, CELL_KEYS)
  checkNames('the options', options, RECONCILE_NAMES)
}

export function checkPlan(options: unknown): void {
  checkAccess(options)
  checkNames('the options', objectOf('the options', options), ACCESS_NAMES)
}

/** The same for how AWS is reached. */
export function checkAccess(options: unknown): void {
  const given = objectOf('the options', options)
  const { regions, credentials } = given
  if (regions !== 'all' && !(Array.isArray(regions) && regions.length > 0 && regions.every(isText))) {
    throw usageError(`regions is ${shown(regions)}`, "it is 'all' or a list of at least one Region: ['us-east-1']")
  }
  checkGiven(given, OF_ACCESS)
  if (credentials !== undefined && typeof credentials !== 'function' && !isKeys(credentials)) {
    throw usageError('credentials are neither keys nor a function', 'they are { accessKeyId, secretAccessKey }')
  }
}

/**
 * A window that has been checked, in ms since the epoch; an end now is the next full minute and the future is left out, as in
 * the program; the last hours of a bill are those before the days that are not whole on it yet. Throws a usage error for one that has not come yet.
 */
export function spanOf(window: { hours: number } | { start: Date; end: Date }, now: number, isBill = false): Window {
  if (!('start' in window)) return lastHours(isBill ? billedUpTo(now) : now, window.hours)
  const past = pastOf({ start: window.start.getTime(), end: window.end.getTime() }, now)
  if (past) return past
  throw usageError(`window is from ${window.start.toISOString()}, which has not come yet`, 'give an earlier start')
}

/** Types alone: what is in them is looked at by {@link askedOf}. */
function checkAsked({ where, compare, sort = [], top }: Record<string, unknown>): void {
  checkWhere(where)
  if (compare !== undefined && compare !== 'previous') checkWindow(compare, 'compare')
  if (!Array.isArray(sort) || sort.some((key) => typeof key !== 'string')) {
    throw usageError(`sort is ${shown(sort)}`, "it is a list such as ['cost', 'name']")
  }
  if (top !== undefined && !(Number.isInteger(top) && Number(top) > 0)) {
    throw usageError(`top is ${shown(top)}`, 'it is a whole number from 1')
  }
}

function checkWhere(where: unknown = {}): asserts where is AskedOptions['where'] {
  for (const [key, globs] of Object.entries(objectOf('where', where))) {
    if ([globs].flat().some((glob) => typeof glob !== 'string')) {
      throw usageError(`where has ${key}: ${shown(globs)}`, "it is patterns by grouping: { model: '*claude*' }")
    }
  }
}

/** Patterns that have been checked, as sources take them. */
export function whereOf(where: NonNullable<AskedOptions['where']> = {}): Where | undefined {
  return parseWhere(Object.entries(where).flatMap(([key, globs]) => [globs].flat().map((glob) => `${key}=${glob}`)))
}

/** What a checked query asks for, as the report takes it. Throws usage errors as the command line does. */
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
  const hint = "it is a list such as ['model', 'day']"
  if (!Array.isArray(by)) throw usageError(`by is ${shown(by)}`, hint)
  const wrong = by.find((name) => typeof name !== 'string' || !isKnown(name))
  if (by.some((name) => name === wrong)) throw usageError(`by has ${shown(wrong)}: no grouping`, hint)
}

function checkWindow(window: unknown, name = 'window'): void {
  const hint = 'it is { hours } of more than 0, or { start, end } as two dates in order; of ten years at most'
  if (typeof window !== 'object' || window === null) throw usageError(`${name} is ${shown(window)}`, hint)
  const { hours, start, end } = window as Record<string, unknown>
  checkNames(name, window, ['hours', 'start', 'end'])
  const isSpan = types.isDate(start) && types.isDate(end)
  const length = isSpan ? (end.getTime() - start.getTime()) / HOUR_MS : hours
  if (typeof length !== 'number' || (isSpan ? hours !== undefined : start !== undefined || end !== undefined)) {
    throw usageError(`${name} is ${shown(window)}`, hint)
  }
  if (!(Number.isFinite(length) && length > 0 && length <= MOST_HOURS)) {
    throw usageError(`${name} is of ${length} hours`, hint)
  }
}

function isKeys(credentials: unknown): boolean {
  const { accessKeyId, secretAccessKey } = objectOf('credentials', credentials)
  return [accessKeyId, secretAccessKey].every(isText)
}

/** An option that is not known would be one that is not heeded. */
export function checkNames(what: string, given: object, known: readonly string[]): void {
  const unknown = Object.keys(given).find((name) => !known.includes(name))
  if (unknown !== undefined)
    throw usageError(`${what} have '${unknown}', which is unknown`, `known are ${known.join(', ')}`)
}

export function objectOf(name: string, value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw usageError(`${name} is ${shown(value)}`, 'it is an object')
}

export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? 'an object') : String(value)
}
