import type { PlaceId } from '../../core/place.ts'
import type { Window } from '../model.ts'
import { FIELDS, type Field, NO_ID } from '../scan/fields.ts'
import { PROMPT_LENGTHS } from '../terms.ts'
import type { Where } from '../where.ts'
import { daysOf, dimensionSql, fitsGlobs, identifier, LAST_DAYS, partitions } from './sql.ts'

export interface LakeTable {
  database: string
  table: string
  /** It tells what bodies say of a call: durations, its tier, and counts where none stand beside them. */
  hasBodies: boolean
}

export interface AskedRecords {
  table: LakeTable
  window?: Window | undefined
  places?: readonly PlaceId[] | undefined
  where?: Where | undefined
  filters?: readonly string[]
  told?: readonly (readonly [name: string, expression: string])[]
  keepsTimeless?: boolean
}

const ANSWER = 'output.outputBodyJson.'
const ASKED = 'input.inputBodyJson.'
/** A list of one for whatever is no stream. */
const EVENTS = 'answered.outputbodyjson'

/** Where the table has a path of `FIELDS`; of an answer's events the first counts that tells it. */
function columnAt(path: string): string | undefined {
  if (/[#?{]$|\{|results/.test(path)) return undefined
  const below = (from: string) =>
    nameOf(
      path
        .slice(from.length)
        .replace(/^\[\w*\]\./, '')
        .replace(/\.type$/, ''),
    )
  if (path.startsWith(`${ANSWER}[last].`)) return `element_at(${EVENTS}, -1).${below(ANSWER)}`
  if (path.startsWith(ANSWER)) return firstWith(EVENTS, below(ANSWER))
  if (path.startsWith(ASKED)) return `asked.inputbodyjson.${below(ASKED)}`
  const [first = '', ...rest] = below('').split('.')
  return [identifier(first), ...rest].join('.')
}

/** Hive has no hyphens. */
const nameOf = (path: string) => path.replace('amazon-bedrock-invocationMetrics', 'invocationmetrics').toLowerCase()
const firstWith = (list: string, path: string, has = 'IS NOT NULL') =>
  `element_at(filter(${list}, e -> e.${path} ${has}), 1).${path}`

const columnsOf = (...fields: Field[]): string[] => [
  ...new Set(fields.flatMap((field) => FIELDS[field]).flatMap((path) => columnAt(path) ?? [])),
]

function coalesced(expressions: readonly string[]): string {
  return expressions.length === 1 ? `${expressions[0]}` : `coalesce(${expressions.join(', ')})`
}

/** More than any model takes or gives in one call: what exceeds it was not counted. */
const MOST_TOKENS = 100_000_000
const BETWEEN = `BETWEEN 0 AND ${MOST_TOKENS}`
const valid = (count: string) => {
  const number = `try_cast(${count} AS double)`
  return `CASE WHEN ${number} ${BETWEEN} AND ${number} = floor(${number}) THEN CAST(${number} AS bigint) END`
}
const counted = (...fields: Field[]) =>
  coalesced(columnsOf(...fields).map((column) => column.replace('IS NOT NULL', BETWEEN)))
const word = (text: string) =>
  `coalesce(nullif(regexp_extract(${text}, '"type":\\s*"([^"]*)"', 1), ''), nullif(${text}, ''))`
const words = (field: Field) => coalesced(columnsOf(field).map(word))

/** The cache writes of an answer that are kept so long. */
const ofTtl = (field: Field, ttl: string) =>
  coalesced([
    counted(field),
    ...['usage', 'metadata.usage'].map(
      (usage) =>
        `element_at(filter(${firstWith(EVENTS, `${usage}.cachedetails`)}, d -> d.ttl = '${ttl}' AND d.inputtokens ${BETWEEN}), 1).inputtokens`,
    ),
  ])

const milliseconds = (field: Field) => {
  const [column] = columnsOf(field)
  return `CASE WHEN ${column} BETWEEN 0 AND 4294967295 THEN ${column} END`
}
const streams = `operation = 'InvokeModelWithResponseStream'`
/** Titan's texts are counted one by one, and there is one. */
const TITAN = `CASE WHEN cardinality(element_at(${EVENTS}, 1).results) = 1 THEN ${valid(`element_at(element_at(${EVENTS}, 1).results, 1).tokencount`)} END`

const ofColumn = (field: Field) => columnsOf(field)[0] ?? ''
const MAKES_IMAGES = `operation = 'InvokeModel' AND errorcode IS NULL AND ${coalesced(['imageHeight', 'imageWidth', 'imageSteps'].map((field) => ofColumn(field as Field)))} IS NOT NULL`

const TOLD: readonly (readonly [name: string, type: 'bigint' | 'varchar', expression: string])[] = [
  ['answer_input', 'bigint', counted('answerInput', 'answerPrompt')],
  ['answer_cached', 'bigint', counted('answerCached')],
  ['answer_output', 'bigint', coalesced([counted('answerOutput'), TITAN])],
  ['answer_read', 'bigint', counted('answerRead')],
  ['answer_written', 'bigint', counted('answerWritten')],
  ['written_1h', 'bigint', ofTtl('written1h', '1h')],
  ['written_5m', 'bigint', ofTtl('written5m', '5m')],
  [
    'images_asked',
    'bigint',
    `CASE WHEN ${ofColumn('imagesAsked')} IS NULL THEN 1 ELSE ${valid(ofColumn('imagesAsked'))} END`,
  ],
  [
    'latency_ms',
    'bigint',
    `CASE WHEN operation IN ('Converse', 'ConverseStream') THEN ${milliseconds('converseLatency')} WHEN ${streams} THEN ${milliseconds('streamLatency')} END`,
  ],
  ['first_token_ms', 'bigint', `CASE WHEN ${streams} THEN ${milliseconds('firstByteLatency')} END`],
  ['tier_word', 'varchar', coalesced([words('answerTier'), words('askedTier')])],
  ['latency_mode', 'varchar', coalesced(columnsOf('latencyMode'))],
  ['routed_model', 'varchar', coalesced(columnsOf('routedModel'))],
  [
    'tier_told',
    'bigint',
    `CASE WHEN asked.inputbodyjson IS NOT NULL OR (operation IN ('Converse', 'ConverseStream') AND ${EVENTS} IS NOT NULL) THEN 1 END`,
  ],
]

const WITHOUT_BODIES: ReadonlyMap<string, string> = new Map([
  ['tier_word', coalesced(['resolvedservicetier', 'servicetier'].map((name) => word(identifier(name))))],
  ['latency_mode', 'performanceconfig.latency'],
])

const OWN: readonly (readonly [name: string, field: Field])[] = [
  ['own_input', 'inputTokens'],
  ['own_output', 'outputTokens'],
  ['own_read', 'cacheReadTokens'],
  ['own_written', 'cacheWriteTokens'],
]

const HAS_ID = `NOT regexp_like(lower(coalesce(requestid, '')), '${NO_ID}')`

/** `calls`: each call once, with its counts, what sets its price, and how often its record came (`copies`). */
export function callsOf(asked: AskedRecords): [name: string, query: string][] {
  const { table, window, places, where = {}, filters = [], told = [] } = asked
  const conditions = [
    window ? `day BETWEEN ${daysOf(window)}` : LAST_DAYS,
    ...(places ? partitions(places) : []),
    `schematype = 'ModelInvocationLog'`,
    'modelid IS NOT NULL',
    ...filters,
    ...Object.entries(where).flatMap(([name, globs]) => {
      const of = dimensionSql(name)
      return of === undefined ? [] : [fitsGlobs(of, globs)]
    }),
  ]
  const columns = [
    ...['account', 'aws_region', 'requestid', 'modelid', 'operation', 'errorcode', 'status'],
    ...OWN.map(([name, field]) => `${ofColumn(field)} AS ${name}`),
    ...TOLD.map(([name, type, expression]) => {
      const without = WITHOUT_BODIES.get(name) ?? `CAST(NULL AS ${type})`
      return `${table.hasBodies ? expression : without} AS ${name}`
    }),
    `${MAKES_IMAGES} AS makes_images`,
    `CAST(round(1000 * to_unixtime(try(from_iso8601_timestamp("timestamp")))) AS bigint) AS ms`,
    ...told.map(([name, expression]) => `${expression} AS ${name}`),
  ]
  return [
    [
      'records',
      `SELECT ${columns.join(',\n  ')}
FROM ${identifier(table.database)}.${identifier(table.table)}
WHERE ${conditions.join('\n  AND ')}`,
    ],
    [
      'numbered',
      `SELECT *, row_number() OVER (PARTITION BY requestid ORDER BY ms) AS nth, count(*) OVER (PARTITION BY requestid) AS deliveries
FROM records${window ? `\nWHERE ${asked.keepsTimeless ? 'ms IS NULL OR ' : ''}ms >= ${window.start} AND ms < ${window.end}` : ''}`,
    ],
    [
      'counted',
      `SELECT *, CASE WHEN ${HAS_ID} THEN deliveries ELSE 1 END AS copies,
  ${COUNTS.join(',\n  ')}
FROM numbered
WHERE nth = 1 OR NOT (${HAS_ID})`,
    ],
    [
      'calls',
      `SELECT *, least(coalesce(written_1h, 0), coalesce(write_tokens, 0)) AS write_1h_tokens,
  CASE WHEN makes_images THEN coalesce(images_asked, 0) ELSE 0 END AS images,
  ${MARKS.map((mark, place) => `${10 ** place} * (${mark})`).join(' + ')} AS marks
FROM counted`,
    ],
  ]
}

/** A record's own count, or else that of its answer. OpenAI counts into the prompt what came from the cache. */
const COUNTS: readonly string[] = [
  `coalesce(${valid('own_input')}, CASE WHEN answer_cached <= answer_input THEN answer_input - answer_cached ELSE answer_input END) AS input_tokens`,
  `coalesce(${valid('own_output')}, answer_output) AS output_tokens`,
  `coalesce(${valid('own_read')}, answer_read, CASE WHEN ${valid('own_input')} IS NULL AND answer_cached BETWEEN 1 AND answer_input THEN answer_cached END) AS read_tokens`,
  `coalesce(${valid('own_written')}, answer_written, CASE WHEN written_5m IS NOT NULL OR written_1h IS NOT NULL THEN coalesce(written_5m, 0) + coalesce(written_1h, 0) END) AS write_tokens`,
]

const PROMPT = 'coalesce(input_tokens, 0) + coalesce(read_tokens, 0) + coalesce(write_tokens, 0)'
const when = (condition: string, mark = '1', otherwise = '0') =>
  `CASE WHEN ${condition} THEN ${mark} ELSE ${otherwise} END`

/** In the order of `MARK_NAMES`, and of what they say there. */
const MARKS: readonly string[] = [
  PROMPT_LENGTHS.map((length) => when(`${PROMPT} > ${length}`)).join(' + '),
  when('coalesce(write_tokens, 0) > coalesce(written_1h, 0) + coalesce(written_5m, 0)'),
  when('tier_told IS NOT NULL', '0', '1'),
  when('input_tokens IS NULL'),
  when('output_tokens IS NOT NULL', '0', when(`own_output IS NULL AND operation = 'InvokeModel'`, '1', '2')),
  when(
    `read_tokens IS NULL AND (own_read IS NOT NULL OR (${valid('own_input')} IS NULL AND answer_cached > answer_input))`,
  ),
  when('write_tokens IS NULL AND own_written IS NOT NULL'),
  when('makes_images AND images_asked IS NULL'),
]
