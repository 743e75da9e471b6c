import { CALLER_PATTERNS, type Caller } from '../caller.ts'
import { TIER_WORDS } from '../scan/billing.ts'
import { APPLICATION_PROFILE, metadataKey, PROFILE_ARN, SYSTEM_PROFILE } from '../scan/dimensions.ts'
import { listOf, literal } from './sql.ts'

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
