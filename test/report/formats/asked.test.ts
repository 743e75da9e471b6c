import { describe, expect, test } from '@jest/globals'
import { renderReport as csv } from '../../../src/report/formats/csv.ts'
import { renderReport as html } from '../../../src/report/formats/html.ts'
import { renderReport as markdown } from '../../../src/report/formats/markdown.ts'
import { renderReport as table } from '../../../src/report/formats/table.ts'
import type { ReportFacts } from '../../../src/report/group-sums.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import type { ReportView } from '../../../src/report/view.ts'
import { DAY_MS } from '../../../src/report/window.ts'
import { noPaint } from '../../support/paint.ts'
import { bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const MILLION = 1_000_000
const book = bookOf({
  'maker.one': { input: parsePrice(3) },
  'maker.two': { input: parsePrice(1) },
  'maker.new': { input: parsePrice(2) },
  'maker.gone': { input: parsePrice(5) },
})
const used = (model: string, calls: number, start = START) =>
  row(model, { invocations: calls, inputTokens: calls * MILLION }, { start })

/** Four dollars more for new calls, one less for fewer, five less of what is gone. */
const before: ReportFacts['before'] = {
  reading: reading(
    [used('maker.one', 2, START - DAY_MS), used('maker.two', 4, START - DAY_MS), used('maker.gone', 1, START - DAY_MS)],
    { window: { start: START - DAY_MS, end: START } },
  ),
  hours: 24,
}
const rows = [used('maker.one', 2), used('maker.two', 3), used('maker.new', 2)]
const viewOf = (
  asked: Partial<ReportFacts>,
  more: Partial<ReportView> = {},
  of: readonly Row[] = rows,
): ReportView => ({
  ...summarize(reading(of), { ...facts, ...asked }, book),
  ...more,
})
const FORMATS = [
  ['table', (view: ReportView) => table(view, { width: 200, paint: noPaint })],
  ['markdown', markdown],
  ['html', html],
] as const

describe.each(FORMATS)('%s', (_name, render) => {
  test('says what changed and why, for each group and in all, and names what is new and gone', async () => {
    const text = (await render(viewOf({ before }))).replace(/\\|<\/?span>/g, '')
    expect(text).toMatch(/-\$1\.\d+ \(-25\.0 %\)/)
    expect(text).toMatch(/\+\$4\.\d+ \(new\)/)
    expect(text).toMatch(/-\$5\.\d+ \(gone\)/)
    // Seven tokens cost 15 dollars and cost 13 now.
    expect(text).toMatch(
      /-\$2\.00 \(-13\.3 %\) from \$15\.00 \(2026-11-21 10:00 to 2026-11-22 10:00 UTC\): volume \$0\.00, mix -\$2\.00, price \$0\.00/,
    )
    expect(text).toMatch(/New: maker\.new \(\$4\.\d+\)/)
    expect(text).toMatch(/Gone: maker\.gone \(\$5\.\d+\)/)
    expect(await render(viewOf({}))).not.toMatch(/Change|Gone/)
  })

  test('says that a change is not exact where a cost leaves something out', async () => {
    const text = await render(viewOf({ before }, {}, [...rows, used('maker.unpriced', 1)]))
    expect(text).toContain('the cost now leaves something out, so this is not exact')
  })

  test('has no sign before what is less than a tenth of a percent', async () => {
    const more = row('maker.two', { invocations: 3, inputTokens: 4 * MILLION + 40 })
    const text = await render(viewOf({ before }, {}, [used('maker.one', 2), more, used('maker.gone', 1)]))
    expect(text.replace(/\\/g, '')).toMatch(/\+\$0\.00004 \((<|&lt;)0\.1 %\)/)
  })

  test('has the columns that were asked for, and no others', async () => {
    const text = await render(
      viewOf({ top: 1 }, { columns: ['costUsd', 'share', 'latencyMs.p99', 'costs.input', 'tokens'] }),
    )
    for (const heading of ['Cost', 'Share', 'Latency p99 ms', 'Costs input', 'Tokens']) expect(text).toContain(heading)
    expect(text).toMatch(/2 others/)
    expect(text).toContain('46.2 %')
    expect(text).not.toMatch(/Throttles(?! over)[^:]* (?:│|\|)/)
  })

  test('says what it is of', async () => {
    expect((await render(viewOf({ where: { model: ['maker.*'] } }))).replace(/\\/g, '')).toContain('only model=maker.*')
  })
})

test('CSV has the others, and what changed, at its end', () => {
  const lines = csv(viewOf({ before, top: 2 }))
    .trim()
    .split('\r\n')
    .map((line) => line.split(',').slice(-7))
  expect(lines).toEqual([
    [
      'others',
      'before.costUsd',
      'change.usd',
      'change.percent',
      'change.volumeUsd',
      'change.mixUsd',
      'change.priceUsd',
    ],
    ['', '6', '0', '0', '0', '0', '0'],
    ['', '5', '-5', '-100', '-5', '0', '0'],
    ['2', '4', '3', '75', '1', '2', '0'],
  ])
})

test('CSV has what was asked for alone', () => {
  expect(csv(viewOf({ by: ['model', 'day'] }, { columns: ['invocations', 'share'] }))).toBe(
    [
      'model,day,invocations,share',
      'maker.one,2026-11-22,2,0.46153846153846156',
      'maker.new,2026-11-22,2,0.3076923076923077',
      'maker.two,2026-11-22,3,0.23076923076923078',
      '',
    ].join('\r\n'),
  )
})
