import { describe, expect, it } from '@jest/globals'
import { renderReport as renderHtml } from '../../../src/report/formats/html.ts'
import { renderReport as renderMarkdown } from '../../../src/report/formats/markdown.ts'
import { renderReport as renderTable } from '../../../src/report/formats/table.ts'
import { summarize } from '../../../src/report/summarize.ts'
import type { QuotaLine, ReportView } from '../../../src/report/view.ts'
import { noPaint } from '../../support/paint.ts'
import { bookOf, facts, reading, row } from '../../support/report-rows.ts'

const AT = '2026-11-23T09:41:00Z'
const QUOTAS: QuotaLine[] = [
  {
    region: 'us-east-1',
    model: 'us.maker.near',
    sharedWith: ['abcdefghijkl'],
    tokensPerMinute: { peak: 180_000, quota: 200_000, usedPercent: 90, at: AT },
    requestsPerMinute: { peak: 3, quota: 0, usedPercent: null, at: AT },
  },
  { region: 'us-east-1', model: 'maker.unknown', tokensPerMinute: null, requestsPerMinute: null },
]

function view(quotas?: QuotaLine[]): ReportView {
  return summarize(reading([row('maker.one', { invocations: 1 })]), { ...facts, ...(quotas && { quotas }) }, bookOf({}))
}

const paint = { ...noPaint, red: (text: string) => `<red>${text}</red>` }

describe('quotas that were asked for', () => {
  it('stand below the table, nearest first and in red from 80 %', () => {
    const text = renderTable(view(QUOTAS), { width: 300, paint })
    expect(text).toContain(
      '<red>Quota:</red> near (with abcdefghijkl): 90.0 % of 200,000 tokens a minute, 2026-11-23 09:41; – of 0 requests a minute',
    )
    expect(text).toContain('Quota: no quota is known for certain, or no use of it, for unknown')
  })

  it('are notes in Markdown', () => {
    const text = renderMarkdown(view(QUOTAS))
    expect(text).toContain('- Quota: near (with abcdefghijkl): 90.0 % of 200,000')
  })

  it('are a table of their own on a page', async () => {
    const page = await renderHtml(view(QUOTAS))
    expect(page).toContain('Quotas, the busiest minute')
    expect(page).toContain('180,000')
    expect(page).toContain('90.0 %')
  })
})

it('quotas that were not asked for are not mentioned', async () => {
  for (const text of [renderTable(view(), { width: 300, paint }), renderMarkdown(view()), await renderHtml(view())]) {
    expect(await text).not.toMatch(/quota/i)
  }
})
