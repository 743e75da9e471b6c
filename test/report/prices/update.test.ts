import { readFileSync } from 'node:fs'
import { describe, expect, it, test } from '@jest/globals'
import fc from 'fast-check'
import { pricesUpdate } from '../../../generate/prices.ts'
import { parseList } from '../../../src/report/prices/table/aws.ts'

const EMPTY = '[]\n'
const HEAD = 'provider\tname\tkind\tregion\tinput_per_million\toutput_per_million'
const TABLE = new URL('../../../src/report/prices/table/aws-list.json', import.meta.url)

/** Name, kind, Region, input, output. */
type Line = readonly [string, string, string, number | '', number | '']

function tsv(date: string, ...lines: readonly Line[]) {
  return {
    name: `list-${date}.tsv`,
    text: [HEAD, ...lines.map((line) => ['Maker', ...line].join('\t')), ''].join('\n'),
  }
}

function listOf(table: string): string[] {
  return JSON.parse(table)
}

const FIRST = tsv(
  '2026-08-20',
  ['Nova Lite', 'in-region', 'us-east-1', 0.06, 0.24],
  ['Nova Lite', 'in-region', 'us-west-2', 0.06, 0.24],
  ['Nova Lite', 'in-region', 'eu-west-1', 0.069, 0.276],
  ['Nova Lite', 'batch', 'us-east-1', 0.03, 0.12],
  ['Nova Lite', 'batch', 'eu-west-1', 0.04, 0.138],
  ['Nova 2.0 Lite', 'cross-region', 'us-east-1', 0.3, 2.5],
  ['Cohere Embed 4 Model', 'in-region', 'us-east-1', 0.12, ''],
  ['Llama 3.3 70B Custom', 'in-region', 'us-east-1', 0.72, 0.72],
)

describe('a table of prices', () => {
  const first = pricesUpdate(EMPTY, [FIRST])

  it('becomes a list of that day: a model is a line in which Regions with one price stand together, a batch at half price has none', () => {
    expect(first.refused).toEqual([])
    expect(listOf(first.table)).toEqual([
      '@ 2026-08-20',
      'Cohere Embed 4 Model\tin-region\tus-east-1\t0.12',
      'Nova 2.0 Lite\tglobal\tus-east-1\t0.3\t2.5',
      'Nova Lite\tin-region\teu-west-1\t0.069\t0.276\t|\tus-east-1 us-west-2\t0.06\t0.24',
      'Nova Lite\tin-region batch\teu-west-1\t0.04\t0.138',
    ])
    expect(first.lines).toContain('left out: 1, the price of a model that you have trained (Llama 3.3 70B Custom)')
  })

  it('changes nothing the second time', () => {
    expect(pricesUpdate(first.table, [FIRST])).toMatchObject({ table: first.table, refused: [] })
    expect(pricesUpdate(first.table, [FIRST]).lines[0]).toBe('7 prices of 2026-08-20: nothing has changed')
  })

  it('of a later day says what is new, gone, dearer and cheaper, and only that is added', () => {
    const later = tsv(
      '2026-12-01',
      ['Nova Lite', 'in-region', 'us-east-1', 0.07, 0.24],
      ['Nova Lite', 'in-region', 'us-west-2', 0.06, 0.2],
      ['Nova Micro', 'in-region', 'eu-west-1', 0.04, 0.16],
      ['Nova Pro', 'in-region', 'us-west-2', 1, 1],
    )
    const { table, lines } = pricesUpdate(first.table, [later])
    expect(lines.slice(1)).toEqual([
      'gone: Nova Lite, in-region, 0.069/0.276 (eu-west-1)',
      'dearer: Nova Lite, in-region, 0.06/0.24 → 0.07/0.24 (us-east-1)',
      'cheaper: Nova Lite, in-region, 0.06/0.24 → 0.06/0.2 (us-west-2)',
      'new: Nova Micro, in-region, 0.04/0.16 (eu-west-1)',
      'new: Nova Pro, in-region, 1/1 (us-west-2)',
    ])
    expect(listOf(table)).toEqual([
      ...listOf(first.table),
      '@ 2026-12-01',
      'Nova Lite\tin-region\teu-west-1\tgone\t|\tus-east-1\t0.07\t0.24\t|\tus-west-2\t0.06\t0.2',
      'Nova Micro\tin-region\teu-west-1\t0.04\t0.16',
      'Nova Pro\tin-region\tus-west-2\t1\t1',
    ])
  })

  it('of one Region leaves the others as they are', () => {
    const { lines } = pricesUpdate(first.table, [
      tsv('2026-12-01', ['Nova Lite', 'in-region', 'us-east-1', 0.06, 0.24]),
    ])
    expect(lines).toEqual(['1 prices of 2026-12-01: nothing has changed'])
  })

  it('that contradicts itself keeps both prices', () => {
    const { table } = pricesUpdate(EMPTY, [
      tsv(
        '2026-08-20',
        ['Qwen3 Next 80B A3B', 'in-region', 'ap-south-1', 1, 2],
        ['qwen3-next-80b-a3b', 'in-region', 'ap-south-1', 1, 3],
      ),
    ])
    expect(listOf(table).slice(1)).toEqual(['Qwen3 Next 80B A3B\tin-region\tap-south-1\t1\t2\t|\tap-south-1\t1\t3'])
  })

  it('names the models whose ids are not known', () => {
    const { lines } = pricesUpdate(EMPTY, [tsv('2026-08-20', ['Unheard Of', 'in-region', 'us-east-1', 1, 2])])
    expect(lines.at(-1)).toBe('no model id known, see names.json: Unheard Of')
  })

  it('that is older than the newest of the table is refused', () => {
    expect(() => pricesUpdate(first.table, [tsv('2026-08-19', ['Nova Lite', 'in-region', 'us-east-1', 1, 1])])).toThrow(
      'the table has a list of 2026-08-20, which is newer than 2026-08-19',
    )
  })

  it.each([
    ['no price at all', [], /there is no price/],
    [
      'an input of nothing',
      [['Nova Lite', 'in-region', 'us-east-1', 0, 0.24]],
      /an input of \$0 \(output 0\.24\) is no price/,
    ],
    ['all of nothing', [['Nova Lite', 'in-region', 'us-east-1', 0, 0]], /an input of \$0/],
    ['no figure', [['Nova Lite', 'in-region', 'us-east-1', '', '']], /it has no figure/],
    ['a figure below nothing', [['Nova Lite', 'in-region', 'us-east-1', -1, 1]], /-1 is no price/],
    ['a figure that is too high', [['Nova Lite', 'in-region', 'us-east-1', 10_001, 1]], /10001 is no price/],
    ['a figure in other notation', [['Nova Lite', 'in-region', 'us-east-1', 1e21, 1]], /is no price/],
    ['no Region', [['Nova Lite', 'in-region', 'Virginia', 1, 1]], /this is no Region/],
    ['no name', [[' ', 'in-region', 'us-east-1', 1, 1]], /it has no name/],
  ] as const)('with %s is refused, and the table stays', (_what, lines, reason) => {
    const { table, refused } = pricesUpdate(first.table, [tsv('2026-12-01', ...lines)])
    expect(refused).toEqual([expect.stringMatching(reason)])
    expect(table).toBe(first.table)
  })

  it('with a price of more than ten times the old one is refused, unless that is accepted', () => {
    const leap = tsv('2026-12-01', ['Nova Lite', 'in-region', 'us-east-1', 0.7, 0.24])
    expect(pricesUpdate(first.table, [leap]).refused).toEqual([
      expect.stringMatching(/0\.06\/0\.24 → 0\.7\/0\.24.*--accept/),
    ])
    expect(pricesUpdate(first.table, [leap], { accept: true }).refused).toEqual([])
    const odd: Line[] = [
      ['Nova Lite', 'in-region', 'us-east-1', 60, 0.12],
      ['Nova Lite', 'in-region', 'us-east-1', 0.06, 0],
    ]
    for (const line of odd) expect(pricesUpdate(first.table, [tsv('2026-12-01', line)]).refused).toHaveLength(1)
  })

  it.each([
    ['other columns', 'a\tb\n1\t2\n', /does not begin with the line provider, name/],
    ['a kind that is not known', `${HEAD}\nMaker\tNova Lite\tweekly\tus-east-1\t1\t1\n`, /line 2: not a price/],
    ['a line that is cut', `${HEAD}\nMaker\tNova Lite\tbatch\tus-east-1\t1\n`, /line 2: not a price/],
  ])('with %s is none', (_what, text, reason) => {
    expect(() => pricesUpdate(EMPTY, [{ name: 'a-2026-08-20.tsv', text }])).toThrow(reason)
  })

  it('without a day needs one', () => {
    const file = { ...FIRST, name: 'list.tsv' }
    expect(pricesUpdate(EMPTY, [file]).refused).toEqual([expect.stringContaining('--date YYYY-MM-DD')])
    expect(listOf(pricesUpdate(EMPTY, [file], { date: '2026-09-01' }).table)[0]).toBe('@ 2026-09-01')
    for (const date of ['9.1.2026', '2026', '2026-02-30', '2026-09-01T00:00:00Z']) {
      expect(pricesUpdate(EMPTY, [file], { date })).toMatchObject({
        table: EMPTY,
        refused: [expect.stringContaining(date)],
      })
    }
  })
})

/** Usage type, dollars for 1,000 tokens, model. */
type Usage = readonly [string, string, string]

const usages: readonly Usage[] = [
  ['USE1-NovaLite-input-token-count', '0.00006', 'Nova Lite'],
  ['USE1-NovaLite-output-token-count', '0.00024', 'Nova Lite'],
  ['USE1-NovaLite-cache-read-input-token-count', '0.000015', 'Nova Lite'],
  ['USE1-NovaLite-input-tokens-priority', '0.000105', 'Nova Lite'],
  ['USE1-NovaLite-output-tokens-priority', '0.00042', 'Nova Lite'],
  ['USE1-NovaCanvas-T2I-1024-Standard', '0.04', 'Nova Canvas'],
]

function product([usagetype, usd, model]: Usage) {
  const dimension = { unit: '1K tokens', beginRange: '0', pricePerUnit: { USD: usd } }
  return {
    product: { attributes: { usagetype, regionCode: 'us-east-1', model, servicename: 'Amazon Bedrock' } },
    terms: { OnDemand: { term: { priceDimensions: { dimension } } } },
  }
}

const LISTED = [
  '@ 2026-12-01',
  'Nova Lite\tin-region\tus-east-1\t0.06\t0.24\t0.015',
  'Nova Lite\tin-region priority\tus-east-1\t0.105\t0.42',
]

describe("AWS's list gives the same table", () => {
  test('as answers of GetProducts, of which one stands in text', () => {
    const PriceList = usages.map((usage, index) => {
      const one = { ...product(usage), publicationDate: '2026-12-01T10:00:00Z' }
      return index % 2 === 0 ? one : JSON.stringify(one)
    })
    const { table, lines } = pricesUpdate(EMPTY, [{ name: 'a.json', text: JSON.stringify({ PriceList }) }])
    expect(listOf(table)).toEqual(LISTED)
    expect(lines.at(-1)).toMatch(/^left out: 1, .*\(USE1-NovaCanvas-T2I-1024-Standard\)$/)
  })

  test('as an offer file', () => {
    const entries = usages.map((usage, index) => [`SKU${index}`, product(usage)] as const)
    const text = JSON.stringify({
      publicationDate: '2026-12-01T10:00:00Z',
      products: Object.fromEntries(entries.map(([sku, one]) => [sku, one.product])),
      terms: { OnDemand: Object.fromEntries(entries.map(([sku, one]) => [sku, one.terms.OnDemand])) },
    })
    expect(listOf(pricesUpdate(EMPTY, [{ name: 'index.json', text }]).table)).toEqual(LISTED)
  })

  test('as an offer file in CSV, where other terms than on demand are no prices', () => {
    const row = (term: string, [usage, usd, model]: Usage) =>
      ['S', term, '0', '1K tokens', usd, 'USD', 'us-east-1', usage, model].map((cell) => `"${cell}"`).join(',')
    const text = [
      '"FormatVersion","v1.0"',
      '"Publication Date","2026-12-01T10:00:00Z"',
      '"SKU","TermType","StartingRange","Unit","PricePerUnit","Currency","Region Code","usageType","Model"',
      ...usages.map((usage) => row('OnDemand', usage)),
      row('Reserved', ['USE1-NovaLite-input-token-count', '0.1', 'Nova Lite']),
    ].join('\r\n')
    expect(listOf(pricesUpdate(EMPTY, [{ name: 'index.csv', text }]).table)).toEqual(LISTED)
  })

  test.each(['{}', '[]', '{"products":null}'])('and %s is none', (text) => {
    expect(() => pricesUpdate(EMPTY, [{ name: 'a.json', text }])).toThrow('neither a PriceList nor products')
  })

  test('and a file of another kind is none', () => {
    expect(() => pricesUpdate(EMPTY, [{ name: 'a.txt', text: '' }])).toThrow('a.txt is no answer of GetProducts')
  })
})

test('the order of lines changes nothing', () => {
  const [head = '', ...lines] = FIRST.text.replace(/\n$/, '').split('\n')
  fc.assert(
    fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
      const text = [head, ...shuffled, ''].join('\n')
      expect(pricesUpdate(EMPTY, [{ ...FIRST, text }]).table).toBe(pricesUpdate(EMPTY, [FIRST]).table)
    }),
  )
})

test('the table that comes with the program is what its input makes', () => {
  const name = 'aws-price-list-2026-08-20.tsv'
  const text = readFileSync(new URL(`data/${name}`, import.meta.url), 'utf8')
  const { table, refused } = pricesUpdate(EMPTY, [{ name, text }])
  expect(refused).toEqual([])
  expect(table).toBe(readFileSync(TABLE, 'utf8'))
})

test.each(['a\tb\tc', 'Nova Lite\tin-region\tus-east-1\t1'])('a damaged table is told: %j', (line) => {
  expect(() => parseList(line)).toThrow('not a line of the table')
})
