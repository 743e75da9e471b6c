import { beforeAll, describe, expect, it, test } from '@jest/globals'
import { TOKEN_KINDS } from '../../../src/report/charges.ts'
import { priceToUsd } from '../../../src/report/money.ts'
import type { Figures, Price, PriceBook, Unpriced } from '../../../src/report/prices/book.ts'
import { bundledBook } from '../../../src/report/prices/bundled.ts'
import { loadGenaiPrices } from '../../../src/report/prices/genai-prices.ts'
import { isCommercial, parseModelName } from '../../../src/report/prices/model-id.ts'
import { TABLE, tableQuote } from '../../../src/report/prices/table/index.ts'
import { PROMPT_LENGTHS, type Terms } from '../../../src/report/terms.ts'

const AT = new Date('2026-11-23T10:00:00Z')
let book: PriceBook

beforeAll(async () => {
  book = bundledBook(await loadGenaiPrices())
})

/** Before AWS's first list of ours, when the table of 2026-07 is not out of date. */
const BEFORE = new Date('2026-07-20T10:00:00Z')

/** Where the table speaks of the very thing: a Region, or a prefix in a Region of those that are listed first. */
const CALLED_FROM: Record<string, string> = {
  list: 'us-east-1',
  global: 'us-east-1',
  us: 'us-west-2',
  'us-gov': 'us-gov-west-1',
}

interface ListedRow {
  id: string
  region: string
  usd: readonly (number | null)[]
}

/** The figures of the table that speak of a place, with the id and the Region. */
const ROWS: ListedRow[] = [...TABLE].flatMap(([base, rows]) =>
  rows.flatMap(({ at, usd }) =>
    at.split(' ').flatMap((place) => {
      const region = CALLED_FROM[place] ?? (/-\d$/.test(place) ? place : undefined)
      if (region === undefined || !usd[0]) return []
      return [{ id: place in CALLED_FROM && place !== 'list' ? `${place}.${base}` : base, region, usd }]
    }),
  ),
)

function priceOf(id: string, region: string, at = AT): Price {
  const found = book.lookup(id, region, at)
  if ('unpriced' in found) throw new Error(`${id} in ${region}: ${found.unpriced}`)
  return found
}

function dollars(figures: Figures): (number | undefined)[] {
  return TOKEN_KINDS.map((kind) => (figures[kind] === undefined ? undefined : priceToUsd(figures[kind])))
}

function says(figures: Figures, { usd }: ListedRow): boolean {
  return usd.every((figure, index) => !figure || dollars(figures)[index] === figure)
}

function codes(id: string, region: string): string[] {
  return priceOf(id, region).warnings.map(({ code }) => code)
}

describe('every row of the table', () => {
  it('is the price of its id in its Region, or disputed with both figures, or gives way to a more telling one', () => {
    expect(ROWS.length).toBeGreaterThan(200)
    const ill = ROWS.filter((row) => {
      const price = book.lookup(row.id, row.region, BEFORE)
      if ('unpriced' in price) return !/do not distinguish|not by token|differ by Region/.test(price.unpriced)
      const quote = tableQuote(row.id, row.region)
      if (quote && !says(quote.perMillion, row)) return false
      const told = price.warnings.filter(({ code }) => code === 'price-disputed').map(({ message }) => message)
      const both = told.some((message) =>
        [row.usd[0], dollars(price.perMillion)[0]].every((usd) => message.includes(`$${usd}`)),
      )
      return !(says(price.perMillion, row) || (both && price.disputes?.some(({ perMillion }) => says(perMillion, row))))
    })
    expect(ill).toEqual([])
  })

  it('is for that id alone: none is the price of an id that differs by a digit', () => {
    const undated = (id: string) => parseModelName(id).name + parseModelName(id).version
    const ids = new Set([...TABLE.keys(), ...ROWS.map(({ id }) => id)])
    const models = new Set([...ids].map(undated))
    for (const id of ids) {
      const other = id.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 3) % 10))
      if (other === id || models.has(undated(other))) continue
      expect([other, book.lookup(other, 'us-east-1', AT)]).toEqual([
        other,
        { unpriced: expect.stringMatching(/^no price known|do not distinguish|not by token/) },
      ])
    }
  })
})

describe('where sources disagree on the same thing', () => {
  it.each([
    ['anthropic.claude-3-5-haiku-20241022-v1:0', 'us-east-1', [0.8, 4], [1, 5]],
    ['amazon.nova-2-lite-v1:0', 'us-east-1', [0.33, 2.75], [0.3, 2.5]],
    ['qwen.qwen3-next-80b-a3b', 'ap-south-1', [0.168, 1.44], [0.18, 1.41]],
    ['anthropic.claude-3-5-sonnet-20240620-v1:0', 'us-east-1', [3, 15], [6, 30]],
    ['eu.anthropic.claude-3-5-sonnet-20241022-v2:0', 'eu-west-1', [3, 15], [6, 30]],
  ])('on %s in %s the newer one is used and the other shown', (id, region, used, other) => {
    const price = priceOf(id, region)
    expect(dollars(price.perMillion).slice(0, 2)).toEqual(used)
    expect(price.disputes?.map(({ perMillion }) => dollars(perMillion).slice(0, 2))).toEqual([other])
    expect(codes(id, region)).toEqual(['price-disputed'])
  })

  it.each([
    ['what is newer than our own table', 'mistral.mistral-large-2402-v1:0', 'us-east-1', '2026-11-20', [4, 12]],
    [
      'a global price beside one in the Region',
      'anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us-east-1',
      '2026-11-20',
      [3.3, 16.5],
    ],
    ['a Region beside its geography', 'apac.amazon.nova-micro-v1:0', 'ap-northeast-1', '2026-07-20', [0.042, 0.168]],
    ['a Region beside none', 'moonshotai.kimi-k2-thinking', 'us-east-1', '2026-07-20', [0.6, 2.5]],
    ['the day before extended access', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'us-east-1', '2025-11-30', [3, 15]],
    ['Asia, where there is none', 'anthropic.claude-3-5-sonnet-20240620-v1:0', 'ap-south-1', '2026-11-20', [3, 15]],
    ['another model', 'amazon.titan-embed-text-v2:0', 'us-east-1', '2026-11-20', [0.02, undefined]],
  ])('but not over %s: %s in %s on %s', (_what, id, region, day, used) => {
    const { perMillion, disputes } = priceOf(id, region, new Date(day))
    expect(dollars(perMillion).slice(0, 2)).toEqual(used)
    expect(disputes).toBeUndefined()
  })

  test('each figure is shown with who says it', () => {
    const [{ message = '' } = {}] = priceOf('amazon.nova-2-lite-v1:0', 'us-east-1').warnings
    expect(message).toMatch(/ by genai-prices@0\.1\.8, which is used; .* by aws-price-list@2026-08-20$/)
    const [{ message: twice = '' } = {}] = priceOf('qwen.qwen3-next-80b-a3b', 'ap-south-1').warnings
    expect(twice).toMatch(/ by another line of aws-price-list@2026-08-20$/)
  })

  test("where they agree, the one adds what the other lacks, and AWS's rules what neither needs to say", () => {
    const price = priceOf('us.anthropic.claude-sonnet-4-5-20250929-v1:0', 'us-east-1')
    expect(dollars(price.perMillion)).toEqual([3.3, 16.5, 0.33, 4.125, 6.6])
    expect(price).toMatchObject({
      source: 'aws-price-list@2026-08-20, cache by rule',
      asOf: '2026-08-20',
      warnings: [],
    })
    const older = priceOf('anthropic.claude-v2:1', 'us-east-1')
    expect(dollars(older.perMillion).slice(0, 2)).toEqual([8, 24])
    expect(older.source).toBe('aws-price-list@2026-08-20 + bedrock-monitor@2026-07')
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
    ['one Region of a geography costs less than another', 'eu.meta.llama3-2-1b-instruct-v1:0', 'eu-west-1', 0.11],
    ['a Region of its own has its own price', 'minimax.minimax-m2.5', 'eu-west-2', 0.47],
    ['GovCloud has its own', 'amazon.titan-embed-text-v2:0', 'us-gov-west-1', 0.2],
    ['GovCloud profiles too', 'us-gov.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-gov-east-1', 1.2],
    ['Claude from 4.5 on costs a tenth more in the Region', 'jp.anthropic.claude-opus-4-8', 'ap-northeast-1', 5.5],
    ['which holds where the list has no price', 'anthropic.claude-opus-4-8', 'ap-south-1', 5.5],
    ['and in a Region that is newer than the list', 'us.anthropic.claude-sonnet-5', 'us-south-1', 2.2],
    ['and of a model that is newer than the list', 'eu.anthropic.claude-opus-5-5', 'eu-west-1', 4.4],
    ['global routing of Claude has one price', 'global.anthropic.claude-sonnet-4-6', 'sa-east-1', 3],
    ['that of Nova 2 has one for each Region', 'global.amazon.nova-2-lite-v1:0', 'eu-central-1', 0.39],
    ['older Claude has one price', 'eu.anthropic.claude-3-opus-20240229-v1:0', 'eu-west-1', 15],
    ['a price without a Region is that of the first ones', 'mistral.mistral-small-2402-v1:0', 'us-west-2', 1],
  ])('%s: %s in %s', (_why, id, region, input) => {
    expect(dollars(priceOf(id, region).perMillion)[0]).toBe(input)
  })

  it.each([
    ['cohere.embed-english-v3', 'eu-north-1', /no price known for eu-north-1; prices of this model differ by Region/],
    ['amazon.titan-text-express-v1', 'ap-southeast-4', /differ by Region/],
    ['amazon.nova-pro-v1:0', 'ca-west-1', /differ by Region/],
    ['global.amazon.nova-2-lite-v1:0', 'mx-central-1', /differ by Region/],
    ['mistral.mistral-7b-instruct-v0:2', 'eu-north-1', /differ by Region/],
    ['mistral.mistral-large-2407-v1:0', 'us-east-1', /differ by Region/],
    ['amazon.nova-lite-v1:0', 'us-gov-west-1', /GovCloud/],
    ['cohere.embed-english-v3', 'us-gov-west-1', /no price known/],
    ['global.anthropic.claude-sonnet-4-6', 'us-gov-west-1', /GovCloud/],
    ['us.amazon.nova-pro-v1:0', 'us-gov-west-1', /GovCloud/],
    ['us-gov.amazon.nova-lite-v1:0', 'us-gov-west-1', /GovCloud/],
    ['us-gov.anthropic.claude-haiku-4-5-20251001-v1:0', 'us-east-1', /GovCloud/],
    ['global.amazon.nova-pro-v1:0', 'us-east-1', /global routing/],
    ['amazon.nova-lite-v1:0', 'cn-north-1', /no price known/],
    ['anthropic.claude-sonnet-4-6', 'eusc-de-east-1', /no price known/],
    ['anthropic.claude-mythos-preview', 'eu-west-1', /no price known/],
    ['anthropic.claude-sonnet-4-6 --tier flex', 'us-east-1', /no price known for the flex tier/],
  ])('without its own price leaves %s in %s unpriced, with what would find out', (line, region, reason) => {
    const [id = '', ...flag] = line.split(' ')
    const { unpriced } = book.lookup(id, region, AT, {
      tier: flag.length > 0 ? 'flex' : 'standard',
      promptOver: 0,
    }) as Unpriced
    expect(unpriced).toMatch(reason)
    // No other partition has a list to ask for.
    const cure = isCommercial(region)
      ? [`bedrock-monitor prices ${id} --region ${region}`, ...flag].join(' ')
      : 'in bedrock-monitor.json'
    expect(unpriced).toContain(cure)
  })

  test("names no command that asks for AWS's list once that has been asked for", async () => {
    const asked = bundledBook(await loadGenaiPrices(), new Set(['eu-north-1']))
    const reasonIn = (region: string) => (asked.lookup('cohere.embed-english-v3', region, AT) as Unpriced).unpriced
    expect(reasonIn('eu-north-1')).toBe(
      'no price known for eu-north-1; prices of this model differ by Region; if you know it, add it under `prices` in bedrock-monitor.json',
    )
    expect(reasonIn('ap-southeast-4')).toMatch(
      /bedrock-monitor prices cohere\.embed-english-v3 --region ap-southeast-4$/,
    )
  })
})

test.each([
  ['maker.unheard-of-v1:0', 'no price known'],
  ['stability.sd3-large-v1:0', 'no price known for us-east-1; the known one is that of us-west-2'],
])('of %s, which nobody knows, it is said what would find out', (id, why) => {
  const ask = `the AWS Price List may have it: bedrock-monitor prices ${id} --region us-east-1`
  expect(book.lookup(id, 'us-east-1', AT)).toEqual({ unpriced: `${why}; ${ask}` })
})

describe('the day', () => {
  test('before the first list is priced by that list, and says so where nobody else knows', () => {
    const price = priceOf('amazon.nova-pro-v1:0', 'eu-south-2', BEFORE)
    expect(price).toMatchObject({ asOf: '2026-08-20', warnings: [{ code: 'price-date-assumed' }] })
    expect(priceOf('amazon.nova-pro-v1:0', 'us-east-1', BEFORE).warnings).toEqual([])
    expect(priceOf('amazon.nova-pro-v1:0', 'eu-south-2').warnings).toEqual([])
  })

  test('on which a price may be another is told, and the same price is the same object', () => {
    expect(book.changes).toEqual(expect.arrayContaining(['2025-12-01', '2026-07-30', '2026-08-20'].map(Date.parse)))
    const one = priceOf('amazon.nova-pro-v1:0', 'us-east-1')
    expect(priceOf('amazon.nova-pro-v1:0', 'us-east-1', new Date('2026-08-25'))).toBe(one)
  })
})

describe('the terms', () => {
  const on = (tier: Terms['tier'], promptOver = 0): Terms => ({ tier, promptOver })

  it.each([
    ['amazon.nova-pro-v1:0', 'us-east-1', on('flex'), [0.4, 1.6, 0.1, 0], ' × 0.5 (flex)'],
    ['amazon.nova-pro-v1:0', 'us-east-1', on('priority'), [1.4, 5.6, 0.35, 0], ' × 1.75 (priority)'],
    ['amazon.nova-pro-v1:0', 'us-east-1', on('latency-optimized'), [1, 4, 0.25, 0], ' × 1.25 (latency-optimized)'],
    ['amazon.nova-pro-v1:0', 'ap-northeast-1', on('batch'), [0.48, 1.92, 0.12, 0], ' × 0.5 (batch)'],
    ['openai.gpt-oss-20b-1:0', 'eu-central-1', on('batch'), [0.05, 0.2], 'aws-price-list@2026-08-20'],
    ['global.anthropic.claude-opus-5', 'eu-west-1', on('batch'), [2.5, 12.5, 0.25, 3.125, 5], ' × 0.5 (batch)'],
    [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us-east-1',
      on('standard', 200_000),
      [3.3, 16.5, 0.33, 4.125, 6.6],
      '',
    ],
    [
      'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
      'us-east-1',
      on('batch', 272_000),
      [1.65, 8.25, 0.165, 2.0625, 3.3],
      ' × 0.5 (batch)',
    ],
    [
      'global.openai.gpt-5.6-terra',
      'us-east-1',
      on('standard', 272_000),
      [4, 18, 0.4, 5],
      '(prompts over 272k tokens)',
    ],
    ['anthropic.claude-sonnet-4-6', 'us-east-1', on('standard', 272_000), [3.3, 16.5, 0.33, 4.125, 6.6], ''],
  ])('%s in %s on %j costs %j', (id, region, terms, usd, source) => {
    const price = book.lookup(id, region, AT, terms) as Price
    expect(dollars(price.perMillion).filter((figure) => figure !== undefined)).toEqual(usd)
    expect(price.source).toContain(source)
    expect(price.warnings).toEqual([])
  })

  it.each([
    ['anthropic.claude-sonnet-4-6', on('flex'), /flex/],
    ['meta.llama3-3-70b-instruct-v1:0', on('priority'), /priority/],
    ['amazon.nova-lite-v1:0', on('latency-optimized'), /latency-optimized/],
    ['amazon.nova-pro-v1:0', on('reserved'), /reserved capacity is bought by the month/],
    ['maker.unheard-of-v1:0', on('batch'), /no price known/],
  ])('%s has no price on %j', (id, terms, reason) => {
    expect(book.lookup(id, 'us-east-1', AT, terms)).toEqual({ unpriced: expect.stringMatching(reason) })
  })

  test('a dispute stays one on them, by the same rule', () => {
    const price = book.lookup('anthropic.claude-3-5-sonnet-20240620-v1:0', 'us-east-1', AT, on('batch')) as Price
    expect(dollars(price.perMillion).slice(0, 2)).toEqual([1.5, 7.5])
    expect(price.disputes?.map(({ perMillion }) => dollars(perMillion).slice(0, 2))).toEqual([[3, 15]])
  })
})

test('a dispute stays one for long prompts of which nobody has a price, and on no other figures', () => {
  for (const id of [
    'anthropic.claude-3-5-haiku-20241022-v1:0',
    'us.amazon.nova-2-lite-v1:0',
    'qwen.qwen3-next-80b-a3b',
  ]) {
    for (const region of ['us-east-1', 'us-west-2', 'ap-south-1']) {
      const standard = book.lookup(id, region, AT)
      for (const promptOver of PROMPT_LENGTHS) {
        const long = book.lookup(id, region, AT, { tier: 'standard', promptOver })
        expect({ id, region, promptOver, long }).toEqual({ id, region, promptOver, long: standard })
      }
    }
  }
})

describe('models of whose use nothing tells what the bill goes by have no price', () => {
  it.each([
    ['amazon.nova-sonic-v1:0', /speech/],
    ['us.amazon.nova-2-sonic-v1:0', /speech/],
    ['global.amazon.nova-2-omni-v1:0', /speech and image tokens/],
    ['amazon.nova-2-multimodal-embeddings-v1:0', /audio and video by second/],
    ['twelvelabs.marengo-embed-3-0-v1:0', /by request, image and minute/],
    ['amazon.nova-reel-v1:1', /second of video/],
    ['cohere.rerank-v3-5:0', /by query/],
  ])('%s', (id, reason) => {
    expect(book.lookup(id, 'us-east-1', AT)).toEqual({ unpriced: expect.stringMatching(reason) })
  })
})

test('a price of nothing is none', () => {
  expect(dollars(priceOf('anthropic.claude-mythos-preview', 'us-east-1').perMillion).slice(0, 2)).toEqual([27.5, 137.5])
  expect(book.lookup('anthropic.claude-mythos-preview', 'us-west-2', BEFORE)).toHaveProperty('unpriced')
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
