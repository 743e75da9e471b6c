/** A table of Glue over the invocation log. Of bodies only counts, times and tiers are columns: no prompt, no answer. */

export interface LakeColumn {
  readonly name: string
  readonly type: string
}

/** What is in the table: the folders of these accounts and Regions below one prefix of a bucket. */
export interface LakeFolders {
  bucket: string
  /** Without slashes around it; empty for none. */
  keyPrefix: string
  accounts: readonly string[]
  regions: readonly string[]
}

export const LAKE_NAMES = {
  database: 'bedrock_monitor',
  table: 'bedrock_invocations',
  workGroup: 'bedrock-monitor',
} as const

/** A type as the record has it: a name of Hive's, an object's members, or `[element]`, which one object without a list is, too. */
type Shape = string | readonly [Shape] | { readonly [key: string]: Shape }

/** Members of one type, in this order. */
const allOf = (type: string) => (names: string) => Object.fromEntries(names.split(' ').map((name) => [name, type]))
const [counts, texts] = [allOf('bigint'), allOf('string')]

const USAGE = {
  ...counts('inputTokens outputTokens cacheReadInputTokens cacheReadInputTokenCount'),
  ...counts('cacheWriteInputTokens cacheWriteInputTokenCount'),
  cacheDetails: [{ ttl: 'string', inputTokens: 'bigint' }],
  input_tokens: 'bigint',
  input_tokens_details: counts('cached_tokens'),
  ...counts('output_tokens cache_read_input_tokens cache_creation_input_tokens'),
  cache_creation: counts('ephemeral_5m_input_tokens ephemeral_1h_input_tokens'),
  prompt_tokens: 'bigint',
  prompt_tokens_details: counts('cached_tokens'),
  completion_tokens: 'bigint',
  ...texts('service_tier serviceTier'),
} as const

/** What Converse tells of a call, in its answer or in a stream's `metadata`. A tier is a word, or `{"type":"flex"}` as text. */
const TOLD = {
  metrics: { latencyMs: 'bigint' },
  usage: USAGE,
  serviceTier: 'string',
  performanceConfig: { latency: 'string' },
  trace: { promptRouter: { invokedModelId: 'string' } },
} as const

const METRICS = 'amazon-bedrock-invocationMetrics'

/** Members of a record as `scan/fields.ts` reads them: strings, so that what is no count makes no query fail. */
const RECORD = {
  ...texts('schemaType schemaVersion timestamp accountId region inferenceRegion requestId operation modelId'),
  ...texts('errorCode status'),
  identity: texts('arn'),
  requestMetadata: 'map<string,string>',
  ...texts('serviceTier resolvedServiceTier'),
  performanceConfig: texts('latency'),
  input: texts('inputContentType inputTokenCount cacheReadInputTokenCount cacheWriteInputTokenCount inputBodyS3Path'),
  output: {
    ...texts('outputContentType outputTokenCount'),
    ...counts('outputImageHeight outputImageWidth outputImageBucketedStepSize'),
    outputBodyS3Path: 'string',
  },
}

/**
 * `input` and `output` once more, for what the bodies tell of a call. Apart from the counts beside them, so that a body of
 * another form than these can make nothing of those unreadable: only what a query names is read. A stream is a list of
 * events, any other answer a list of one (Trino's OpenX reader makes it so).
 */
const BODIES = {
  asked: {
    inputBodyJson: {
      serviceTier: 'string',
      service_tier: 'string',
      performanceConfig: { latency: 'string' },
      imageGenerationConfig: { numberOfImages: 'bigint' },
    },
  },
  answered: {
    outputBodyJson: [
      {
        ...TOLD,
        metadata: TOLD,
        message: { usage: USAGE },
        response: { usage: USAGE, service_tier: 'string' },
        service_tier: 'string',
        ...counts('inputTextTokenCount prompt_token_count generation_token_count totalOutputTextTokenCount'),
        results: [{ tokenCount: 'bigint' }],
        [METRICS]: {
          ...counts('inputTokenCount outputTokenCount cacheReadInputTokenCount cacheWriteInputTokenCount'),
          ...counts('invocationLatency firstByteLatency'),
        },
      },
    ],
  },
} as const

/** Names that are not those of the record: Hive has no hyphens, and two columns cannot have one name. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['asked', 'input'],
  ['answered', 'output'],
  ['invocationmetrics', METRICS],
])

const nameOf = (key: string): string => (key === METRICS ? 'invocationmetrics' : key.toLowerCase())

function typeOf(shape: Shape): string {
  if (typeof shape === 'string') return shape
  if (Array.isArray(shape)) return `array<${typeOf(shape[0])}>`
  return `struct<${Object.entries(shape)
    .map(([key, of]) => `${nameOf(key)}:${typeOf(of)}`)
    .join(',')}>`
}

function keysOf(shape: Shape): string[] {
  if (typeof shape === 'string') return []
  if (Array.isArray(shape)) return keysOf(shape[0])
  return Object.entries(shape).flatMap(([key, of]) => [key, ...keysOf(of)])
}

const ALL: Shape = { ...RECORD, ...BODIES }

export const LAKE_COLUMNS: readonly LakeColumn[] = Object.entries(ALL).map(([key, shape]) => ({
  name: nameOf(key),
  type: typeOf(shape),
}))

/** `day` is yyyy/MM/dd, of UTC. The record has a `region` of its own, so this one is called otherwise. */
export const LAKE_PARTITIONS: readonly LakeColumn[] = ['account', 'aws_region', 'day'].map((name) => ({
  name,
  type: 'string',
}))

export const LAKE_FORMAT = {
  input: 'org.apache.hadoop.mapred.TextInputFormat',
  output: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  serde: 'org.openx.data.jsonserde.JsonSerDe',
} as const

/** Names are mapped to the record's own: keys of a body that differ in case alone would break its line (OpenX). */
export const LAKE_SERDE = {
  'case.insensitive': 'false',
  'ignore.malformed.json': 'true',
  'use.null.for.invalid.data': 'true',
  ...Object.fromEntries(
    [...new Set(keysOf(ALL).map((key) => [nameOf(key), key].join()))]
      .map((pair) => pair.split(',') as [string, string])
      .map(([name, key]) => [name, RENAMED.get(name) ?? key] as const)
      .filter(([name, key]) => name !== key)
      .map(([name, key]) => [`mapping.${name}`, key]),
  ),
} as const satisfies Readonly<Record<string, string>>

/** Where the table is: everything below it is in a partition, or is none of it. */
export const lakeLocation = ({ bucket, keyPrefix }: LakeFolders): string =>
  `s3://${bucket}/${keyPrefix === '' ? '' : `${keyPrefix}/`}AWSLogs/`

/** Bedrock logs invocations since then: no day before it has any. */
const FIRST_DAY = '2023/09/01'

/** AWS: partition projection. A day is a folder; its hours are folders in it, which Athena reads, too. */
export function lakeProjection(folders: LakeFolders): Record<string, string> {
  const listed = (values: readonly string[]) => [...new Set(values)].sort().join(',')
  return {
    'projection.enabled': 'true',
    'projection.account.type': 'enum',
    'projection.account.values': listed(folders.accounts),
    'projection.aws_region.type': 'enum',
    'projection.aws_region.values': listed(folders.regions),
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy/MM/dd',
    'projection.day.range': `${FIRST_DAY},NOW`,
    'projection.day.interval': '1',
    'projection.day.interval.unit': 'DAYS',
    'storage.location.template': `${lakeLocation(folders)}\${account}/BedrockModelInvocationLogs/\${aws_region}/\${day}/`,
  }
}
