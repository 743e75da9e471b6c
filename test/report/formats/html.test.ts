import { createHash } from 'node:crypto'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { type DefaultTreeAdapterTypes as Dom, html, parse } from 'parse5'
import { renderReport as renderHtml } from '../../../src/report/formats/html.ts'
import type { Reading, Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { summarize } from '../../../src/report/summarize.ts'
import { HOUR_MS } from '../../../src/report/window.ts'
import { FORBIDDEN, hostileRows, hostileText } from '../../support/hostile.ts'
import { bookOf, facts, reading, row, START } from '../../support/report-rows.ts'

const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })

function render(rows: readonly Row[], by: readonly string[] = ['model'], more: Partial<Reading> = {}): Promise<string> {
  return renderHtml(summarize(reading(rows, more), { ...facts, by }, book))
}

/** All elements of a page; fails where the page is not well formed. */
function elementsOf(text: string): Dom.Element[] {
  const faults: string[] = []
  const document = parse(text, { onParseError: ({ code }) => faults.push(code) })
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
  return elementsOf(text).filter((element) => element.tagName === 'svg' && attribute(element, 'class') === 'marks')
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

describe('the page', () => {
  it('draws cost, tokens, invocations, cost by model, latency percentiles and errors', async () => {
    const text = await render(busy, ['model'], { percentiles: [percentiles] })
    const figures = elementsOf(text).filter(({ tagName }) => tagName === 'figure')
    expect(figures.map((figure) => elementsIn(figure, 'figcaption').map(textOf).join())).toEqual([
      'Cost over time, at least: 99 % of tokens priced',
      'Tokens over time',
      'Invocations over time',
      'Cost by model, at least: 99 % of tokens priced',
      'Latency percentiles',
      'Errors and throttles over time',
    ])
    expect(chartsIn(text)).toHaveLength(6)
  })

  it('draws a bar for each series in each hour in which it has something', async () => {
    const bars = (svg: Dom.Element | undefined) =>
      svg
        ? elementsIn(svg, 'path')
            .map((path) => attribute(path, 'fill'))
            .filter((fill) => /^var\(--c\d\)$/.test(fill ?? ''))
        : []
    const [, tokens, invocations] = chartsIn(await render(busy))
    expect(bars(tokens)).toEqual(['var(--c1)', 'var(--c2)'])
    expect(bars(invocations)).toEqual(['var(--c1)', 'var(--c2)'])
  })

  it('draws a model over time as one, though the groups tell its hours apart', async () => {
    const hours = [0, 1, 2].map((hour) => row('maker.one', { invocations: 5 }, { start: START + hour * HOUR_MS }))
    const [invocations] = chartsIn(await render(hours, ['hour', 'model']))
    const fills = (invocations ? elementsIn(invocations, 'path') : []).map((path) => attribute(path, 'fill'))
    expect(fills.filter((fill) => fill?.startsWith('var(--c'))).toEqual(['var(--c1)', 'var(--c1)', 'var(--c1)'])
  })

  it('says so in the place of a chart where there is nothing to draw', async () => {
    const text = await render([])
    expect(chartsIn(text)).toHaveLength(0)
    for (const why of ['Nothing here has a cost.', 'No tokens were used.', 'No errors and no throttles.']) {
      expect(text).toContain(`<p>${why}</p>`)
    }
  })

  it('has the tables behind the charts, with their totals', async () => {
    const tables = tablesOf(await render(busy, ['model'], { percentiles: [percentiles] }))
    expect(Object.keys(tables)).toEqual([
      'Use and cost',
      'What the cost is made of',
      'Latency',
      'Unpriced',
      'Over time',
      'Prices',
    ])
    expect(tables['Use and cost']).toEqual([
      'Model Invocations Input_tokens Output_tokens Error_rate Client_errors Throttles Priced Cost'
        .split(' ')
        .map((name) => name.replace('_', ' ')),
      ['maker.one', '1,200', '1,000,000', '0', '0.3 %', '3', '4', 'all', '$3.00'],
      ['maker.two', '7', '0', '9', '0.0 %', '0', '0', 'none', 'unpriced'],
      ['Total', '1,207', '1,000,000', '9', '0.2 %', '3', '4', '99 %', 'at least $3.00'],
    ])
    expect(tables['What the cost is made of']).toEqual([
      ['Model', 'Input', 'Priced', 'Cost'],
      ['maker.one', '$3.00', 'all', '$3.00'],
      ['maker.two', '–', 'none', 'unpriced'],
      ['Total', '$3.00', '99 %', 'at least $3.00'],
    ])
    expect(tables.Latency?.[1]).toEqual(['maker.one', '30 ms', '31 ms', '32 ms', '33 ms', '44 ms'])
    // Head, the hours in which there were calls, and the total.
    expect(tables['Over time']).toHaveLength(4)
    expect(tables['Over time']?.[1]?.slice(0, 2)).toEqual(['2026-11-22 10:00', '1,200'])
    expect(tables.Unpriced?.[1]).toEqual(['maker.two', '0', '9', 'no price known'])
  })

  it('shows times on the clocks of the chosen zone', async () => {
    const view = summarize(reading(busy), { ...facts, timeZone: 'Asia/Kolkata' }, book)
    const tables = tablesOf(await renderHtml(view))
    expect(tables['Over time']?.[1]?.[0]).toBe('2026-11-22 15:30')
  })

  it('stays small over a year of hours: bars that cannot be told apart are added up', async () => {
    const hours = Array.from({ length: 8_760 }, (_, hour) =>
      row('maker.one', { inputTokens: 5 }, { start: START + hour * HOUR_MS }),
    )
    const window = { start: START, end: START + 8_760 * HOUR_MS }
    const [cost] = chartsIn(await render(hours, ['model'], { window }))
    expect(cost && elementsIn(cost, 'path').length).toBeLessThan(200)
  })
})

/** Whether an attribute may make a browser load or run something. */
function reaches({ name, value }: { name: string; value: string }): boolean {
  return (
    /^(on|src|href|style|data|action|formaction|poster|background|ping|srcset)/.test(name) ||
    /url\(|javascript:/i.test(value)
  )
}

describe('a page from hostile names', () => {
  it('allows nothing from elsewhere, no script, and no style but its own', async () => {
    const all = elementsOf(await render(busy))
    const policy = all.find((element) => attribute(element, 'http-equiv') === 'Content-Security-Policy')
    const styles = all.filter(({ tagName }) => tagName === 'style')
    expect(styles).toHaveLength(1)
    const hash = createHash('sha256').update(styles.map(textOf).join('')).digest('base64')
    expect(policy && attribute(policy, 'content')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    )
  })

  test('has the elements of a page from harmless ones, and their text as text', async () => {
    const known = new Set(
      'html head meta title style body header h1 h2 p main dl div dt dd section figure figcaption ul li svg g path line text rect circle table thead tbody tfoot tr th td details summary footer wbr'.split(
        ' ',
      ),
    )
    await fc.assert(
      fc.asyncProperty(hostileRows, hostileText, async (rows, message) => {
        const by = ['model', 'identity', 'metadata:team']
        const text = await render(rows, by, { warnings: [{ code: 'no-usage', message }] })
        expect(text).not.toMatch(FORBIDDEN)
        const all = elementsOf(text)
        expect(all.map(({ tagName }) => tagName).filter((tag) => !known.has(tag))).toEqual([])
        const foreign = all.filter(({ tagName, namespaceURI }) => tagName === 'svg' && namespaceURI !== html.NS.SVG)
        expect(foreign).toEqual([])
        expect(all.flatMap(({ attrs }) => attrs).filter(reaches)).toEqual([])
        expect(tablesOf(text)['Use and cost']).toHaveLength(
          summarize(reading(rows), { ...facts, by }, book).report.groups.length + 2,
        )
      }),
      { numRuns: 60 },
    )
  })
})

describe('what a reader looks for', () => {
  it('keeps the cost in sight where a table is scrolled sideways', async () => {
    const pinned = elementsOf(await render(busy)).filter((one) =>
      attribute(one, 'class')?.split(' ').includes('pinned'),
    )
    expect(pinned.map(textOf)).toEqual(expect.arrayContaining(['Cost', '$3.00']))
  })

  it('tells bars apart whose names differ only at their end', async () => {
    const model = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0'
    const book = bookOf({ [model]: { input: parsePrice(3) } })
    const used = ['us-east-1', 'eu-west-1'].map((region) =>
      row(model, { inputTokens: 1_000_000 }, { dimensions: { account: '111122223333', model, region } }),
    )
    const page = await renderHtml(summarize(reading(used), { ...facts, by: ['model', 'region'] }, book))
    const labels = chartsIn(page).flatMap((chart) => elementsIn(chart, 'text').map(textOf))
    expect(labels).toEqual(expect.arrayContaining([expect.stringMatching(/^us\..*… *.*us-east-1$/)]))
    expect(labels).toEqual(expect.arrayContaining([expect.stringMatching(/^us\..*… *.*eu-west-1$/)]))
  })

  it('breaks no name before its revision', async () => {
    const page = await render([row('maker.one-v1:0', { inputTokens: 1 })])
    expect(page).toContain('maker.<wbr>one-<wbr>v1:0<')
  })
})
