import type { PlaceId } from '../../core/place.ts'
import { CALLER_PATTERNS, type Caller } from '../caller.ts'
import type { Window } from '../model.ts'
import { TIER_WORDS } from '../scan/billing.ts'
import { APPLICATION_PROFILE, metadataKey, PROFILE_ARN, SYSTEM_PROFILE } from '../scan/dimensions.ts'
import { hoursOf } from '../sources/s3/folders.ts'

/** A text as a literal of SQL: nothing in it ends it but a quotation mark, which is doubled. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function listOf(texts: readonly string[]): string {
  return texts.map(literal).join(', ')
}

export function fitsGlobs(expression: string, globs: readonly string[]): string {
  const likes = globs.map((glob) => {
    const pattern = glob
      .replace(/[\\%_]/g, '\\$&')
      .replaceAll('*', '%')
      .replaceAll('?', '_')
    return `lower(${expression}) LIKE lower(${literal(pattern)}) ESCAPE '\\'`
  })
  return `(${likes.join(' OR ')})`
}

export function statement(parts: readonly (readonly [name: string, query: string])[], last: string): string {
  return `WITH ${parts.map(([name, query]) => `${name} AS (\n${query}\n)`).join(',\n')}\n${last}`
}

export const LAST_DAYS = `day >= date_format(current_timestamp - INTERVAL '7' DAY, '%Y/%m/%d')`

export function daysOf(window: Window): string {
  const { first, last } = hoursOf(window)
  return `${literal(dayOf(first))} AND ${literal(dayOf(last))}`
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')
}

/** Conditions on account and Region alone, so that no other partition is read. */
export function partitions(places: readonly PlaceId[]): string[] {
  const distinct = (of: (place: PlaceId) => string) => [...new Set(places.map(of))].sort()
  const accountsIn = new Map<string, string[]>()
  for (const region of distinct((place) => place.region)) {
    const accounts = listOf(distinct(({ account, region: own }) => (own === region ? account : '')).filter(Boolean))
    accountsIn.set(accounts, [...(accountsIn.get(accounts) ?? []), region])
  }
  const each = [...accountsIn].map(
    ([accounts, regions]) => `(account IN (${accounts}) AND aws_region IN (${listOf(regions)}))`,
  )
  return [
    `account IN (${listOf(distinct(({ account }) => account))})`,
    `aws_region IN (${listOf(distinct(({ region }) => region))})`,
    ...(each.length > 1 ? [`(${each.join(' OR ')})`] : []),
  ]
}

/** What makes a dimension of a record, by its name as a grouping; undefined for what is told otherwise. A record that does not say has ''. */
export function dimensionSql(name: string): string | undefined {
  const key = metadataKey(name)
  if (key !== undefined) {
    const spelled = [...new Set([key, key.toLowerCase()])].map((one) => `element_at(requestmetadata, ${literal(one)})`)
    return `coalesce(${spelled.join(', ')}, '')`
  }
  const patterns = CALLER_PATTERNS.get(name as keyof Caller)
  if (patterns) {
    const read = patterns.map(
      (source) => `nullif(regexp_extract(${IDENTITY}, ${literal(source.replace('?<found>', ''))}, 1), '')`,
    )
    return `coalesce(${read.join(', ')}, '')`
  }
  return DIMENSIONS.get(name)
}

const TIER_WORD = 'lower(trim(tier_word))'

const wordsOf = (...tiers: unknown[]) =>
  listOf([...TIER_WORDS].flatMap(([name, tier]) => (tiers.includes(tier) ? [name] : [])))

/** The tier of one of `calls`, '' where it is not told; as `toldTier` has it. */
export const TIER_SQL = `CASE
  WHEN lower(latency_mode) = 'optimized' AND (tier_word IS NULL OR ${TIER_WORD} IN (${wordsOf('standard', undefined)})) THEN 'latency-optimized'
  WHEN tier_word IS NULL THEN CASE WHEN tier_told IS NULL THEN '' ELSE 'standard' END
  WHEN ${TIER_WORD} IN (${wordsOf('standard')}) THEN 'standard'
  ${[...TIER_WORDS].flatMap(([name, tier]) => (tier && tier !== 'standard' ? [`WHEN ${TIER_WORD} = ${literal(name)} THEN ${literal(tier)}`] : [])).join('\n  ')}
  ELSE '' END`

const IDENTITY = '"identity".arn'

const fits = (pattern: RegExp) => `regexp_like(modelid, ${literal(pattern.source)})`

const DIMENSIONS: ReadonlyMap<string, string> = new Map([
  ['model', 'modelid'],
  ['account', 'account'],
  ['region', 'aws_region'],
  ['identity', `coalesce(${IDENTITY}, '')`],
  ['operation', `coalesce(operation, '')`],
  [
    'profile',
    `coalesce(nullif(regexp_extract(modelid, ${literal(PROFILE_ARN.source)}, 1), ''), CASE WHEN ${fits(SYSTEM_PROFILE)} OR ${fits(APPLICATION_PROFILE)} THEN modelid END, '')`,
  ],
])
