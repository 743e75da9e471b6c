import { createHash } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { type DefaultTreeAdapterTypes as Dom, html, parse } from 'parse5'
import { costKinds } from '../../../src/report/formats/html/data-of.ts'
import { chartBody } from '../../../src/report/formats/html/draw.ts'
import { renderReport as renderHtml } from '../../../src/report/formats/html.ts'
import type { Reading, Row, Usage } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { FORBIDDEN, hostileRows, hostileText } from '../../support/hostile.ts'
import { bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })

function render(rows: readonly Row[], by: readonly string[] = ['model'], more: Partial<Reading> = {}): string {
  return renderHtml(summarize(reading(rows, more), { ...facts, by }, book))
}

/** All elements of a page; fails where the page is not well formed. */
function elementsOf(text: string): Dom.Element[] {
  const faults: string[] = []
  const document = parse(text, { onParseError: ({ code }) => faults.push(code), scriptingEnabled: false })
  expect(faults).toEqual([])
  const walk = (node: Dom.Node): Dom.Element[] => [
    ...('tagName' in node ? [node] : []),
    ...('childNodes' in node ? node.childNodes.flatMap(walk) : []),
  ]
  return walk(document)
}

function textOf(node: Dom.Node): string {
  if ('value' in node) return node.value
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : ''
}

/** The tables by their labels, as rows of texts. */
function tablesOf(text: string): Record<string, string[][]> {
  const regions = elementsOf(text).filter(({ attrs }) =>
    attrs.some(({ name, value }) => name === 'role' && value === 'region'),
  )
  return Object.fromEntries(
    regions.map((region) => {
      const rows = elementsIn(region, 'tr').map((line) => line.childNodes.map(textOf))
      return [region.attrs.find(({ name }) => name === 'aria-label')?.value ?? '', rows]
    }),
  )
}

function elementsIn(element: Dom.Element, tag: string): Dom.Element[] {
  return element.childNodes.flatMap((node) =>
    'tagName' in node ? [...(node.tagName === tag ? [node] : []), ...elementsIn(node, tag)] : [],
  )
}

function chartsIn(text: string): Dom.Element[] {
  return elementsOf(text).filter((element) => attribute(element, 'class') === 'chart')
}

function attribute({ attrs }: Dom.Element, wanted: string): string | undefined {
  return attrs.find(({ name }) => name === wanted)?.value
}

const latency = { sumMs: 60, samples: 2, maxMs: 44 }
const percentiles = {
  key: { model: 'maker.one' },
  latency: { p50: 31, p90: 32, p99: 33 },
  timeToFirstToken: { p50: null, p90: null, p99: null },
}
const busy = [
  row('maker.one', { invocations: 1_200, inputTokens: 1_000_000, clientErrors: 3, throttles: 4 }, { latency }),
  row('maker.two', { invocations: 7, outputTokens: 9 }, { start: START + HOUR_MS }),
]

/** What a chart says of each of its bars and points, as lines. */
function tipsOf(chart: Dom.Element | undefined): string[][] {
  return chart ? elementsIn(chart, 'title').map((title) => textOf(title).split('\n')) : []
}

function figuresOf(text: string): Record<string, Dom.Element> {
  const figures = elementsOf(text).filter(({ tagName }) => tagName === 'figure')
  return Object.fromEntries(figures.map((figure) => [elementsIn(figure, 'figcaption').map(textOf).join(), figure]))
}

describe('the page', () => {
  it('draws cost, calls, tokens, cost by model, latency and errors', () => {
    const text = render(busy, ['model'], { percentiles: [percentiles] })
    expect(Object.keys(figuresOf(text))).toEqual([
      'Cost over time (at least)',
      'Calls over time',
      'Tokens over time',
      'Cost by model (at least)',
      'Latency',
      'Errors and throttles over time',
    ])
    expect(chartsIn(text)).toHaveLength(6)
  })

  it('tells the value of every bar and point', () => {
    const [cost, calls, tokens, byModel, latency, errors] = chartsIn(
      render(busy, ['model'], { percentiles: [percentiles] }),
    ).map(tipsOf)
    expect(cost?.slice(0, 2)).toEqual([
      ['2026-11-22 10:00 to 11:00', 'one: $3.00'],
      ['2026-11-22 11:00 to 12:00', 'nothing'],
    ])
    expect(calls?.[1]).toEqual(['2026-11-22 11:00 to 12:00', 'two: 7'])
    expect(tokens?.[0]).toEqual(['2026-11-22 10:00 to 11:00', 'input: 1,000,000'])
    expect(byModel).toEqual([['maker.one', 'Cost: $3.00']])
    expect(latency).toEqual([['maker.one', 'p50: 31 ms', 'p90: 32 ms', 'p99: 33 ms']])
    expect(errors?.[0]).toEqual(['2026-11-22 10:00 to 11:00', 'client errors: 3', 'throttles: 4', 'Total: 7'])
    expect([cost, calls, tokens, errors].map((tips) => tips?.length)).toEqual([24, 24, 24, 24])
  })

  it('has what a bill takes back in tips and in what the cost is made of', () => {
    expect(costKinds([{ costs: { input: -5, output: 0 } as Usage['costs'] }]).map(({ name }) => name)).toEqual([
      'input',
    ])
    const series = [
      { label: 'one', colour: '', values: [-3] },
      { label: 'two', colour: '', values: [2] },
    ]
    expect(
      chartBody({
        title: '',
        without: '',
        legend: [],
        body: { kind: 'stacked', unit: 'usd', bars: [{ name: 'a day' }], series },
      }),
    ).toContain('<title>a day\none: -$3.00\ntwo: $2.00\nTotal: -$1.00</title>')
  })

  it('says so in the place of a chart where there is nothing to draw', () => {
    const text = render([row('maker.two', { invocations: 1 })])
    expect(chartsIn(text)).toHaveLength(1)
    for (const why of ['Nothing here has a cost.', 'No tokens were used.', 'No errors and no throttles.']) {
      expect(text).toContain(`<p>${why}</p>`)
    }
  })

  it('says in two lines that nothing was used and what to try, without charts, tables and script', () => {
    const text = render([])
    expect(text).toMatch(/<p>No calls in us-east-1 in the last 24 h [^<]+<\/p>\n<p>Try /)
    expect(elementsOf(text).filter(({ tagName }) => ['figure', 'table', 'script', 'dl'].includes(tagName))).toEqual([])
  })

  it('has the tables behind the charts, with their totals', () => {
    const tables = tablesOf(render(busy, ['model'], { percentiles: [percentiles] }))
    expect(Object.keys(tables)).toEqual([
      'Usage and cost',
      'Cost breakdown',
      'Latency',
      'Errors and throttles',
      'Unpriced',
      'By hour',
      'Prices',
    ])
    expect(tables['Usage and cost']).toEqual([
      'Model Cost Share Calls Input_tokens Output_tokens Error_rate'.split(' ').map((name) => name.replace('_', ' ')),
      ['one', '$3.00', '100 %', '1,200', '1,000,000', '0', '0.3 %'],
      ['two', 'unpriced', '–', '7', '0', '9', '0.0 %'],
      ['Total', 'at least $3.00', '100 %', '1,207', '1,000,000', '9', '0.2 %'],
    ])
    expect(tables['Errors and throttles']).toEqual([
      ['Model', 'Client errors', 'Throttles'],
      ['one', '3', '4'],
      ['two', '0', '0'],
      ['Total', '3', '4'],
    ])
    expect(tables['Cost breakdown']).toEqual([
      ['Model', 'Cost', 'Input', 'Priced'],
      ['one', '$3.00', '$3.00', 'all'],
      ['two', 'unpriced', '–', 'none'],
      ['Total', 'at least $3.00', '$3.00', '99 %'],
    ])
    expect(tables.Latency?.[1]).toEqual(['one', '30 ms', '31 ms', '32 ms', '33 ms', '44 ms'])
    // Head, the hours in which there were calls, and the total.
    expect(tables['By hour']).toHaveLength(4)
    expect(tables['By hour']?.[1]?.slice(0, 2)).toEqual(['2026-11-22 10:00', '$3.00'])
    expect(tables.Unpriced?.[1]).toEqual(['maker.two', '0', '9', 'no price known'])
  })

  it('shows times on the clocks of the chosen zone', () => {
    const view = summarize(reading(busy), { ...facts, timeZone: 'Asia/Kolkata' }, book)
    const tables = tablesOf(renderHtml(view))
    expect(tables['By hour']?.[1]?.[0]).toBe('2026-11-22 15:30')
  })

  it('shows the first of many rows, and one line that has the sums of the others and opens them', () => {
    const models = Array.from({ length: 120 }, (_, index) => `maker.model-${String(index).padStart(3, '0')}`)
    const prices = Object.fromEntries(models.slice(0, 100).map((model) => [model, { input: parsePrice(3) }]))
    const rows = models.map((model, index) => row(model, { invocations: 2, inputTokens: (120 - index) * 1_000_000 }))
    const page = renderHtml(summarize(reading(rows), facts, bookOf(prices)))
    const [use] = elementsOf(page).filter(({ tagName }) => tagName === 'table')
    const shown = (use ? elementsIn(use, 'tr') : []).map((line) => line.childNodes.map(textOf))
    expect(shown).toHaveLength(12 + 3)
    // 88 of them are priced: 108 + 107 + … + 21 million tokens at $3.
    expect(shown[13]?.slice(0, 4)).toEqual(['108 others', 'at least $17,028.00', '80.5 %', '216'])
    expect(tablesOf(page)['Usage and cost']?.filter(([name]) => name?.startsWith('model-'))).toHaveLength(120)
  })

  it('groups notes, one line a kind', () => {
    const warnings = ['one', 'two', 'three'].map(
      (name) => ({ code: 'price-disputed', message: `Two of ${name}.` }) as const,
    )
    const page = elementsOf(render(busy, ['model'], { warnings: [...warnings, { code: 'mantle', message: 'Short.' }] }))
    const [list] = page.filter((element) => attribute(element, 'class') === 'notes')
    const lines = (list?.childNodes ?? []).filter((node) => 'tagName' in node)
    expect(lines.map(textOf).slice(0, 2)).toEqual([
      'Two price sources disagree; the message says which one is used 3Two of one.Two of two.Two of three.',
      'Short.',
    ])
  })

  it('names a model shortly, and has its exact id beside', () => {
    const id = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const page = render([row(id, { invocations: 1 })])
    const [cell] = elementsOf(page).filter((element) => attribute(element, 'title') === id)
    const short = cell ? textOf(cell) : ''
    expect(short).toContain('claude-sonnet-4-5')
    expect(short.length).toBeLessThan(id.length)
  })
})

/** Whether an attribute may make a browser load or run something. */
function reaches({ name, value }: { name: string; value: string }): boolean {
  return (
    /^(on|src|href|style|data$|action|formaction|poster|background|ping|srcset)/.test(name) ||
    /url\(|javascript:/i.test(value)
  )
}

describe('a page from hostile names', () => {
  it('allows nothing from elsewhere, and no script and style but its own', () => {
    const all = elementsOf(render(busy))
    const policy = all.find((element) => attribute(element, 'http-equiv') === 'Content-Security-Policy')
    const styles = all.filter(({ tagName }) => tagName === 'style')
    const scripts = all.filter((element) => element.tagName === 'script' && attribute(element, 'type') === undefined)
    const hashes = [styles, scripts].map((own) => {
      expect(own).toHaveLength(1)
      return `'sha256-${createHash('sha256').update(own.map(textOf).join('')).digest('base64')}'`
    })
    expect(policy && attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src ${hashes[0]}; script-src ${hashes[1]}; base-uri 'none'; form-action 'none'`,
    )
  })

  test('has the elements of a page from harmless ones, and their text as text', () => {
    const known = new Set(
      'html head meta title style body header h1 h2 p main dl div dt dd section figure figcaption ul li svg g path line text rect circle table thead tbody tfoot tr th td details summary footer wbr script button input output noscript small span'.split(
        ' ',
      ),
    )
    fc.assert(
      fc.property(hostileRows, hostileText, (hostile, message) => {
        const rows = [...hostile, row('maker.one', { invocations: 1 })]
        const by = ['model', 'identity', 'metadata:team']
        const text = render(rows, by, { warnings: [{ code: 'no-usage', message }] })
        const [carried] = elementsOf(text).filter((element) => attribute(element, 'id') === 'data')
        expect(inflateSync(Buffer.from(carried ? textOf(carried) : '', 'base64')).toString()).not.toMatch(FORBIDDEN)
        expect(text).not.toMatch(FORBIDDEN)
        const all = elementsOf(text)
        expect(all.map(({ tagName }) => tagName).filter((tag) => !known.has(tag))).toEqual([])
        const foreign = all.filter(({ tagName, namespaceURI }) => tagName === 'svg' && namespaceURI !== html.NS.SVG)
        expect(foreign).toEqual([])
        expect(all.flatMap(({ attrs }) => attrs).filter(reaches)).toEqual([])
        expect(tablesOf(text)['Usage and cost']).toHaveLength(
          summarize(reading(rows), { ...facts, by }, book).report.groups.length + 2,
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('what a reader looks for', () => {
  it('tells bars apart whose names differ only at their end', () => {
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const book = bookOf({ [model]: { input: parsePrice(3) } })
    const used = ['us-east-1', 'eu-west-1'].map((region) =>
      row(model, { inputTokens: 1_000_000 }, { dimensions: { account: '111122223333', model, region } }),
    )
    const page = renderHtml(summarize(reading(used), { ...facts, by: ['model', 'region'] }, book))
    const labels = chartsIn(page).flatMap((chart) => elementsIn(chart, 'text').map(textOf))
    expect(labels).toEqual(expect.arrayContaining([expect.stringMatching(/^claude.* us-east-1$/)]))
    expect(labels).toEqual(expect.arrayContaining([expect.stringMatching(/^claude.* eu-west-1$/)]))
  })

  it('breaks no name before its revision', () => {
    const page = render([row('maker.one-v1:0', { inputTokens: 1 })])
    expect(page).toContain('maker.<wbr>one-<wbr>v1:0<')
  })
})
