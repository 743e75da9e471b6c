import { describe, expect, it } from '@jest/globals'
import { renderReport as renderJson } from '../../../src/report/formats/json.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'
import { schemaFaults } from '../../support/report-schema.ts'

describe('the JSON', () => {
  const view = summarize(reading([row('m\u001b', { inputTokens: 1 })]), facts, bookOf({}))

  it('is the published report, by its schema', () => {
    const text = renderJson(view)
    expect(text.endsWith('}\n')).toBe(true)
    expect(JSON.parse(text)).toEqual(view.report)
    expect(schemaFaults(JSON.parse(text))).toEqual([])
  })

  it.each([
    ['a further member', { extra: 1 }],
    ['a wrong account', { accountId: '1' }],
    ['a time without a zone', { generatedAt: '2026-11-23T10:00:00' }],
    ['a total with something missing', { total: { ...view.report.total, images: undefined } }],
    ['a group without a key', { groups: [{ ...view.report.total }] }],
  ])('with %s would not be', (_case, change) => {
    expect(schemaFaults(JSON.parse(JSON.stringify({ ...view.report, ...change })))).not.toEqual([])
  })
})
