import { describe, expect, test } from '@jest/globals'
import { HiveSQL, TrinoSQL } from 'dt-sql-parser'
import fc from 'fast-check'
import { lakeDdl } from '../../generate/lake-ddl.ts'
import { lakeQuestions, questionStatement, termsStatement } from '../../src/report/lake/questions.ts'
import { sumsStatement } from '../../src/report/lake/report-sql.ts'
import { identifier, literal } from '../../src/report/lake/sql.ts'
import { QUERIES } from '../../src/report/queries/catalog.ts'
import { PRICED_DAY } from '../../src/report/queries/row-cost.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import { hostileText } from '../support/hostile.ts'
import { THIRD } from '../support/share.ts'

/** The grammar of Trino, which is Athena's, by a parser that is not ours. */
const trino = new TrinoSQL()
const faults = (sql: string) => trino.validate(sql).map(({ message, startLine }) => `${startLine}: ${message}`)

const GROUPINGS = [
  ...['model', 'account', 'region', 'role', 'user', 'identity', 'operation', 'profile', 'tier', 'metadata:team'],
]
const TIMES = ['hour', 'day', 'week', 'month']
const hostile = fc.oneof(
  hostileText,
  fc.constantFrom("'", "''", '"', '\\', "\\'", "' OR '1'='1", '%_*?', '--', '/*', "'; DROP TABLE t; --"),
  fc.string({ unit: 'grapheme', minLength: 1 }),
)

const asked = fc.record({
  by: fc.subarray([...GROUPINGS, ...TIMES, 'metadata:it\'s "x"; --', 'metadata:Team']),
  where: fc.dictionary(
    fc.constantFrom(...GROUPINGS, "metadata:o'\\"),
    fc.array(hostile, { minLength: 1, maxLength: 3 }),
  ),
  timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata'),
  window: fc
    .tuple(fc.integer({ min: 1_700_000_000, max: 1_800_000_000 }), fc.integer({ min: 1, max: 8_760 }))
    .map(([start, hours]) => ({ start: start * 1_000, end: start * 1_000 + hours * HOUR_MS })),
  places: fc.array(
    fc.record({
      account: fc.constantFrom('1'.repeat(12), '2'.repeat(12)),
      region: fc.constantFrom('us-east-1', 'eu-west-1'),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  table: fc.record({ database: hostile, table: hostile, hasBodies: fc.boolean() }),
})

describe('SQL for Athena, by the grammar of another', () => {
  test(
    'every statement of a report parses, whatever is grouped and filtered by',
    () =>
      fc.assert(
        fc.property(asked, (question) => {
          expect(faults(sumsStatement(question).sql)).toEqual([])
        }),
        { numRuns: THIRD.runs(60) },
      ),
    120_000,
  )

  test('every ready-made question parses, priced or not, for any models and keys, and as it is saved', () => {
    for (const { sql } of lakeQuestions()) expect(faults(sql)).toEqual([])
    fc.assert(
      fc.property(asked, fc.constantFrom(...QUERIES), hostile, fc.boolean(), (question, query, text, isPriced) => {
        const { table, window, places } = question
        const group = {
          calls: [`a|${text}||`],
          longer: 2,
          perMillion: { input: 1e-7, cacheRead: 3.75 },
          perImage: 0.04,
        }
        const parameters = {
          models: [text, 'b'],
          key: text,
          limit: 20,
          ...(isPriced && {
            pricedBy: ['modelId', `bin(1d) as ${PRICED_DAY}`],
            prices: [group, { ...group, perMillion: {} }],
          }),
        }
        expect(faults(questionStatement(query, parameters, { table, window, places }).sql)).toEqual([])
        expect(
          faults(termsStatement({ models: [text], where: { identity: [text] } }, { table, window, places }).sql),
        ).toEqual([])
      }),
      { numRuns: THIRD.runs(45) },
    )
  })

  test('what would be no SQL is noticed', () => {
    expect(faults('SELECT FROM WHERE')).not.toEqual([])
    expect(faults("SELECT 'a'b' FROM t")).not.toEqual([])
  })

  test('any text is one literal and any name one name: nothing gets out of them', () =>
    fc.assert(
      fc.property(hostile, (text) => {
        const sql = `SELECT ${literal(text)} FROM ${identifier(text)}`
        expect(faults(sql)).toEqual([])
        const tokens = trino.getAllTokens(sql).filter(({ type }) => type !== undefined)
        expect(tokens.map((token) => token.text).filter((one) => one?.trim() !== '' && one !== '<EOF>')).toEqual([
          'SELECT',
          literal(text),
          'FROM',
          identifier(text),
        ])
      }),
    ))

  test('the table itself is a statement of Hive', () => {
    const folders = { bucket: 'logs', keyPrefix: 'a', accounts: ['1'.repeat(12)], regions: ['us-east-1'] }
    expect(new HiveSQL().validate(lakeDdl(folders))).toEqual([])
  })
})
