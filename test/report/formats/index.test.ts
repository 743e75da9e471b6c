import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ANSWER_FORMATS, FORMATS, USUAL_FORMAT } from '../../../src/report/formats/index.ts'
import { costColumns, text } from '../../../src/report/queries/columns.ts'
import { FORBIDDEN, hostileText } from '../../support/hostile.ts'
import { noPaint } from '../../support/paint.ts'

describe('the formats', () => {
  test('are told apart by their names and by the endings of their files', () => {
    const [names, endings] = [
      FORMATS.map(({ name }) => name),
      FORMATS.flatMap((format): string[] => [...format.endings]),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(endings).size).toBe(endings.length)
    for (const ending of endings) expect(ending).toMatch(/^\.[a-z0-9]+$/)
    expect(FORMATS).toContain(USUAL_FORMAT)
  })

  test.each(FORMATS.map((format) => [format.name, format] as const))(
    '%s has the functions that it says',
    async (_, format) => {
      const loaded: object = await format.load()
      expect(loaded).toHaveProperty('renderReport', expect.any(Function))
      expect('renderAnswer' in loaded).toBe('answers' in format)
    },
  )
})

/** Names that a break makes begin a line with what a CI takes for a command. */
const evilText = fc.oneof(
  hostileText,
  fc.integer({ min: 0, max: 170 }).map((length) => `${'a'.repeat(length)}-::error::x ::error::y`),
)

const anyRows = fc.array(
  fc.record({
    region: evilText,
    identity: evilText,
    costUsd: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  }),
  { maxLength: 4 },
)

test.each(ANSWER_FORMATS.map((format) => [format.name, format] as const))(
  'an answer as %s holds nothing that steers a terminal or a CI, and ends its last line',
  async (_, { load }) => {
    const { renderAnswer } = await load()
    fc.assert(
      fc.property(anyRows, evilText, fc.integer({ min: 40, max: 160 }), (rows, message, width) => {
        const answer = renderAnswer(
          {
            report: {
              schemaVersion: 1,
              command: 'query',
              query: 'tokens-by-identity',
              accountId: '111122223333',
              accounts: [{ id: '111122223333' }],
              regions: ['us-east-1', 'eu-west-1'],
              logGroup: '/aws/bedrock/modelinvocations',
              window: { start: '2026-11-23T10:00:00.000Z', end: '2026-11-24T10:00:00.000Z' },
              models: [],
              limit: 20,
              limited: false,
              rows,
              scanned: { bytes: 12, queries: 1, costUsd: 0 },
              warnings: [{ code: 'no-usage', message }],
            },
            summary: 'who called',
            columns: [text('identity', 'Identity'), ...costColumns],
          },
          { width, paint: noPaint },
        )
        expect(answer).not.toMatch(FORBIDDEN)
        expect(answer).not.toMatch(/^\s*::/m)
        expect(answer).toMatch(/\n$/)
      }),
      { numRuns: 200 },
    )
  },
)
