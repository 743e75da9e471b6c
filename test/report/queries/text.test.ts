import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { findQuery, QUERIES } from '../../../src/report/queries/catalog.ts'
import { type QueryParameters, queryText, type ReadyQuery } from '../../../src/report/queries/ready-query.ts'
import { parseQuery } from '../../../src/sandbox/services/insights/parse.ts'

const anyQuery = fc.constantFrom(...QUERIES)
/** Whatever could end a text, a name, a pattern or a line of a query. */
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'"\'\\`/|#[](){}^$.*+?<>,;: \n\tab'), minLength: 1, maxLength: 30 }),
  fc.string({ minLength: 1 }),
  fc.constantFrom(
    '"] | fields @message #',
    '\\"] | fields @message',
    '` | display @message',
    '/ | display @message | parse @message /',
  ),
)
/** The same without what `--key` refuses. */
const anyKey = hostile.map((key) => key.replace(/[`"\\\p{Cc}]/gu, '') || 'team')

/** The kinds of a query's commands, which nothing in a parameter may add to or take from. */
const shape = (query: ReadyQuery, parameters: QueryParameters) =>
  parseQuery(queryText(query, parameters)).map(({ type }) => type)

describe('parameters stay parameters', () => {
  test('a model id with anything in it is one item of one list', () => {
    fc.assert(
      fc.property(anyQuery, fc.array(hostile, { minLength: 1, maxLength: 3 }), (query, models) => {
        const commands = parseQuery(queryText(query, { models, limit: 5, key: 'team' }))
        expect(commands.map(({ type }) => type)).toEqual(shape(query, { models: ['m'], limit: 5, key: 'team' }))
        const filter = commands.find((command) => command.type === 'filter' && command.condition.type === 'in')
        expect(filter).toMatchObject({
          condition: { value: { name: 'modelId' }, items: models.map((value) => ({ type: 'literal', value })) },
        })
      }),
    )
  })

  test('a metadata key with anything in it that the command lets through is one field', () => {
    const query = findQuery('requests-by-metadata') as ReadyQuery
    fc.assert(
      fc.property(anyKey, (key) => {
        const commands = parseQuery(queryText(query, { models: [], limit: 5, key }))
        expect(commands.map(({ type }) => type)).toEqual(shape(query, { models: [], limit: 5, key: 'team' }))
        expect(JSON.stringify(commands)).toContain(JSON.stringify(`requestMetadata.${key}`))
      }),
    )
  })

  test('a pattern with anything in it is one pattern', () => {
    const where = (glob: string) => ({ model: [glob], identity: [glob], 'metadata:team': ['a', glob] })
    fc.assert(
      fc.property(anyQuery, hostile, (query, glob) => {
        const asked = { models: [], limit: 5, key: 'team' }
        const commands = parseQuery(queryText(query, { ...asked, where: where(glob.replace(/\p{Cc}/gu, '')) }))
        expect(commands.map(({ type }) => type)).toEqual(shape(query, { ...asked, where: where('a') }))
      }),
    )
  })

  test('a model of a price with anything in it weighs its own requests and no others', () => {
    const query = findQuery('costliest-requests') as ReadyQuery
    fc.assert(
      fc.property(
        hostile.filter((model) => !/[\n\r\u2028\u2029]/.test(model)),
        (model) => {
          const asked = (name: string): QueryParameters => {
            const prices = [{ calls: [`${name}|||`], perMillion: { input: 3 }, perImage: 0 }]
            return { models: [], limit: 5, prices, pricedBy: [] }
          }
          const commands = parseQuery(queryText(query, asked(model)))
          expect(commands.map(({ type }) => type)).toEqual(shape(query, asked('m')))
          const weigh = commands.find((command) => command.type === 'parse' && command.source.text === 'pricedCalls')
          const pattern = weigh?.type === 'parse' ? weigh.pattern : /(?!)/
          expect(pattern.exec(`${model}|||`)?.groups?.price0).toBe(`${model}|||`)
          expect(pattern.test(`${model}x|||`)).toBe(false)
        },
      ),
    )
  })
})

test('a query that ranks by cost says so where it cannot', () => {
  const query = findQuery('costliest-requests') as ReadyQuery
  const text = queryText(query, { models: [], limit: 5 })
  expect(text).toContain('# ranked by their tokens: Logs Insights has no prices\n')
  expect(text).toContain('sort allCount desc, requestId asc')
  expect(text).not.toContain('microUsd')
})

test.each(QUERIES.map((query) => [query.name, query] as const))('%s has a text that Insights reads', (_, query) => {
  const parameters = { models: ['m'], limit: 7, key: 'team', window: { start: 0, end: 3_600_000 } }
  const commands = parseQuery(queryText(query, parameters))
  expect(commands).toContainEqual({ type: 'limit', count: 7 })
  expect(query.columns.length).toBeGreaterThan(2)
})
