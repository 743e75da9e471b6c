import { beforeAll, describe, expect, it, test } from '@jest/globals'
import { TOKEN_KINDS } from '../../../src/report/charges.ts'
import { priceToUsd } from '../../../src/report/money.ts'
import type { Figures, Price, PriceBook } from '../../../src/report/prices/book.ts'
import { bundledBook } from '../../../src/report/prices/bundled.ts'
import { loadGenaiPrices } from '../../../src/report/prices/genai-prices.ts'
import { TABLE } from '../../../src/report/prices/table/index.ts'

const AT = new Date('2026-11-23T10:00:00Z')
let book: PriceBook

beforeAll(async () => {
  book = bundledBook(await loadGenaiPrices())
})

/** A Region in which an id with that prefix can be called; the base id's list price is that of the US. */
const CALLED_FROM: Record<string, string> = {
  list: 'us-east-1',
  global: 'eu-west-1',
  us: 'us-west-2',
  eu: 'eu-central-1',
  apac: 'ap-southeast-1',
  jp: 'ap-northeast-1',
  au: 'ap-southeast-2',
  'us-gov': 'us-gov-west-1',
}

interface ListedRow {
  id: string
  region: string
  usd: readonly (number | null)[]
}

/** Every figure of the table with the id and a Region that it is for. */
const ROWS: ListedRow[] = [...TABLE].flatMap(([base, rows]) =>
  rows.flatMap(({ at, usd }) =>
    at.split(' ').map((place) => {
      const prefixed = place !== 'list' && place in CALLED_FROM
      return { id: prefixed ? `${place}.${base}` : base, region: CALLED_FROM[place] ?? place, usd }
    }),
  ),
)

function priceOf(id: string, region: string): Price {
  const found = book.lookup(id, region, AT)
  if ('unpriced' in found) throw new Error(`${id} in ${region}: ${found.unpriced}`)
  return found
}

function dollars(figures: Figures): (number | undefined)[] {
  return TOKEN_KINDS.map((kind) => (figures[kind] === undefined ? undefined : priceToUsd(figures[kind])))
}

function says(figures: Figures, { usd }: ListedRow): boolean {
  return usd.every((figure, index) => figure === null || dollars(figures)[index] === figure)
}

function codes(id: string, region: string): string[] {
  return priceOf(id, region).warnings.map(({ code }) => code)
}

describe('every row of the table', () => {
  it('is the price of its id in its Region, or is shown as disputed with both figures', () => {
    expect(ROWS.length).toBeGreaterThan(340)
    const ill = ROWS.filter((row) => {
      const price = priceOf(row.id, row.region)
      const disputed = price.warnings.filter(({ code }) => code === 'price-disputed').map(({ message }) => message)
      const shown = price.disputes?.some(({ perMillion }) => says(perMillion, row)) ?? false
      const both = disputed.some((message) =>
        [row.usd[0] ?? row.usd[1], dollars(price.perMillion)[0]].every((usd) => message.includes(`$${usd}`)),
      )
      return !(says(price.perMillion, row) || (shown && both))
    })
    expect(ill).toEqual([])
  })

  it('is for that id alone: none is the price of an id that differs by a digit', () => {
    const ids = new Set(ROWS.map(({ id }) => id))
    for (const id of ids) {
      const other = id.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 3) % 10))
      if (other === id || ids.has(other)) continue
      expect([other, book.lookup(other, 'us-east-1', AT)]).toEqual([
        other,
        { unpriced: expect.stringMatching(/^no price known/) },
      ])
    }
  })
})

describe('where the sources disagree', () => {
  it.each([
    ['amazon.titan-text-express-v1', 'us-east-1', [0.2, 0.6], [1.3, 1.7]],
    ['eu.anthropic.claude-3-5-haiku-20241022-v1:0', 'eu-central-1', [0.8, 4], [0.25, 1.25]],
    ['mistral.mistral-large-2402-v1:0', 'us-east-1', [4, 12], [8, 24]],
    ['anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1', [3.3, 16.5], [3, 15]],
    ['amazon.nova-2-lite-v1:0', 'us-east-1', [0.33, 2.75], [0.3, 2.5]],
  ])('on %s in %s the newer one is used and the older one shown', (id, region, used, other) => {
    const price = priceOf(id, region)
    expect(dollars(price.perMillion).slice(0, 2)).toEqual(used)
    expect(price.disputes?.map(({ perMillion }) => dollars(perMillion).slice(0, 2))).toEqual([other])
    expect(codes(id, region)).toContain('price-disputed')
  })

  test('on what the table itself has twice, the row that names the Region is used', () => {
    expect(dollars(priceOf('moonshotai.kimi-k2-thinking', 'us-east-1').perMillion).slice(0, 2)).toEqual([0.6, 2.5])
    expect(codes('moonshotai.kimi-k2-thinking', 'us-east-1')).toEqual(['price-disputed'])
  })

  it.each([
    ['apac.amazon.nova-micro-v1:0', 'ap-northeast-1', / for ap-northeast-1, which is used; .* for apac$/],
    ['moonshotai.kimi-k2-thinking', 'us-east-1', / for us-east-1, which is used; .* without a Region$/],
  ])('and each figure is shown with the place that it is for: %s in %s', (id, region, ending) => {
    expect(priceOf(id, region).warnings[0]?.message).toMatch(ending)
  })

  test('a source that is about another model is no side in it', () => {
    expect(priceOf('amazon.titan-embed-text-v2:0', 'us-east-1')).toMatchObject({
      perMillion: { input: 20_000_000_000n },
      source: 'bedrock-monitor@2026-07',
      warnings: [],
    })
  })

  test('where they agree, the one adds what the other lacks, and both are named', () => {
    const price = priceOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1')
    expect(dollars(price.perMillion)).toEqual([3.3, 16.5, 0.33, 4.125, 6.6])
    expect(price).toMatchObject({ source: 'genai-prices@0.1.8 + bedrock-monitor@2026-07', asOf: '2026-09-23' })
    expect(price.warnings).toEqual([])
  })
})

describe('the Region', () => {
  it.each([
    [
      'a geographic profile bills the price of the calling Region',
      'apac.amazon.nova-micro-v1:0',
      'ap-northeast-1',
      0.042,
    ],
    ['the base id has the price of its geography', 'meta.llama3-2-1b-instruct-v1:0', 'eu-west-1', 0.13],
    ['a Region of its own has its own price', 'minimax.minimax-m2.5', 'eu-west-2', 0.47],
    ['GovCloud has its own', 'amazon.titan-embed-text-v2:0', 'us-gov-west-1', 0.2],
    ['GovCloud profiles too', 'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-gov-east-1', 1.2],
    ['Claude from 4.5 on costs a tenth more in the Region', 'jp.anthropic.claude-opus-4-8', 'ap-northeast-1', 5.5],
    ['global routing has one price', 'global.anthropic.claude-sonnet-4-6', 'sa-east-1', 3],
  ])('%s: %s in %s', (_why, id, region, input) => {
    expect(dollars(priceOf(id, region).perMillion)[0]).toBe(input)
  })

  it.each([
    ['cohere.embed-english-v3', 'eu-west-1', /priced as in the US/],
    ['amazon.titan-text-express-v1', 'ap-south-1', /priced as in the US/],
    ['eu.amazon.nova-pro-v1:0', 'eu-north-1', /one figure known for its geography/],
  ])('that is taken for granted is said: %s in %s', (id, region, message) => {
    const assumed = priceOf(id, region).warnings.filter(({ code }) => code === 'price-region-assumed')
    expect(assumed).toEqual([{ code: 'price-region-assumed', message: expect.stringMatching(message) }])
  })

  test('a list price that is contradicted is not taken for granted elsewhere either: the newer one is', () => {
    expect(dollars(priceOf('amazon.titan-text-express-v1', 'ap-south-1').perMillion).slice(0, 2)).toEqual([0.2, 0.6])
  })

  it.each([
    ['amazon.nova-pro-v1:0', 'ca-central-1', /prices of this model differ by Region/],
    ['mistral.mistral-7b-instruct-v0:2', 'eu-west-1', /differ by Region/],
    ['amazon.nova-lite-v1:0', 'us-gov-west-1', /GovCloud/],
    ['cohere.embed-english-v3', 'us-gov-west-1', /no price known/],
    ['global.anthropic.claude-sonnet-4-6', 'us-gov-west-1', /GovCloud/],
    ['us.amazon.nova-pro-v1:0', 'us-gov-west-1', /GovCloud/],
    ['global.amazon.nova-pro-v1:0', 'us-east-1', /global routing/],
    ['us-gov.amazon.nova-lite-v1:0', 'us-gov-west-1', /GovCloud/],
    ['amazon.nova-lite-v1:0', 'cn-north-1', /no price known/],
    ['maker.unheard-of-v1:0', 'us-east-1', /no price known/],
  ])('without an exact price leaves %s in %s unpriced', (id, region, reason) => {
    expect(book.lookup(id, region, AT)).toEqual({ unpriced: expect.stringMatching(reason) })
  })
})

test('a price of nothing is shown with a doubt', () => {
  expect(codes('anthropic.claude-mythos-preview', 'us-east-1')).toEqual(['price-zero'])
})

describe('images', () => {
  it('have a price where all images of a model have the same', () => {
    expect(priceOf('stability.stable-image-ultra-v1:1', 'us-west-2')).toMatchObject({ perImage: 140_000_000_000n })
  })

  it.each([
    ['amazon.nova-canvas-v1:0', 'us-east-1', /\$0\.04 to \$0\.08 by size and quality/],
    ['amazon.titan-image-generator-v2:0', 'us-west-2', /by size and quality/],
    ['stability.sd3-5-large-v1:0', 'us-east-1', /us-west-2/],
  ])('have none where it hangs on more than is known: %s in %s', (id, region, reason) => {
    expect(book.lookup(id, region, AT)).toEqual({ unpriced: expect.stringMatching(reason) })
  })
})
