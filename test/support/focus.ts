import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { FORMATS } from '../../src/report/formats/index.ts'
import { dimensionsOf } from '../../src/report/grouping.ts'
import type { Row } from '../../src/report/model.ts'
import { parsePrice } from '../../src/report/money.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { summarize } from '../../src/report/summarize.ts'
import { TIERS } from '../../src/report/terms.ts'
import type { ReportView } from '../../src/report/view.ts'
import { HOUR_MS } from '../../src/report/window.ts'
import type { FocusRecord } from './focus-rules.ts'
import { facts, reading, row } from './report-rows.ts'

const FOCUS = FORMATS.find(({ name }) => name === 'focus')

/** Three days over the end of a month, the first and the last in part. */
export const FOCUS_WINDOW = { start: Date.UTC(2026, 10, 29, 13), end: Date.UTC(2026, 11, 2, 7, 30) }

/** Prices of a list, of the user's own with and without one in the list, of images, and none. */
export const FOCUS_BOOK: PriceBook = {
  lookup(model, region, _at, terms) {
    const factor = (terms?.tier === 'flex' ? 5 : 10) * (region === 'eu-west-1' ? 11 : 10)
    const priced = (usd: number) => (parsePrice(usd) * BigInt(factor)) / 100n
    const kinds = { input: priced(3.3), output: priced(0.00875), cacheRead: priced(0.33), cacheWrite: priced(4.125) }
    const told = { source: 'test@1', asOf: '2026-01-01', warnings: [] }
    if (model === 'maker.listed') return { perMillion: { ...kinds, cacheWrite1h: priced(6.6) }, ...told }
    if (model === 'us.maker.own') {
      return { perMillion: { ...kinds, input: priced(2.97) }, list: { perMillion: kinds }, ...told }
    }
    if (model === 'maker.mine') return { perMillion: kinds, list: null, ...told }
    if (model === 'maker.pictures') return { perMillion: {}, perImage: parsePrice(0.0401), ...told }
    return { unpriced: 'no price known' }
  },
}

const MODELS = ['maker.listed', 'us.maker.own', 'maker.mine', 'maker.pictures', 'a1b2c3d4e5f6', '=maker.unpriced', '']
const tokens = fc.oneof(fc.constant(0), fc.nat({ max: 10_000_000_000 }))

/** Rows of any hours of the window, as sources tell them. */
export const anyFocusRows: fc.Arbitrary<Row[]> = fc.array(
  fc
    .record({
      model: fc.constantFrom(...MODELS),
      account: fc.constantFrom('111122223333', '444455556666', ''),
      region: fc.constantFrom('us-east-1', 'eu-west-1', ''),
      identity: fc.constantFrom('arn:aws:sts::111122223333:assumed-role/a/b', ''),
      team: fc.constantFrom('search', '__proto__', ''),
      hour: fc.nat({ max: 65 }),
      tier: fc.constantFrom(...TIERS),
      promptOver: fc.constantFrom(0, 200_000),
      invocations: fc.nat({ max: 1000 }),
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens: tokens,
      cacheWrite1hTokens: tokens,
      images: fc.nat({ max: 5 }),
      billedModel: fc.constantFrom(undefined, undefined, 'maker.listed'),
    })
    .map(
      ({
        model,
        account,
        region,
        identity,
        team,
        hour,
        tier,
        promptOver,
        billedModel,
        cacheWrite1hTokens,
        ...counters
      }) => {
        const made = row(model, counters, {
          dimensions: { model, account, region, identity, 'metadata:team': team },
          start: FOCUS_WINDOW.start + hour * HOUR_MS,
          terms: { tier, promptOver },
          ...(billedModel !== undefined && { billedModel }),
        })
        return { ...made, counters: { ...made.counters, cacheWrite1hTokens } }
      },
    ),
  { maxLength: 30 },
)

/** What the program makes of rows for FOCUS, where more is asked for by. */
export function focusView(rows: readonly Row[], by: readonly string[] = []): ReportView {
  const groupings = ['model', 'account', 'region', 'identity', 'metadata:']
  const asked = FOCUS && 'chargesBy' in FOCUS ? FOCUS.chargesBy({ by, timeZone: 'UTC', groupings, given: [] }) : []
  return summarize(
    reading(rows, { window: FOCUS_WINDOW }),
    {
      ...facts,
      accounts: [{ id: '111122223333', name: 'prod' }, { id: '444455556666' }],
      generatedAt: FOCUS_WINDOW.end,
      hours: (FOCUS_WINDOW.end - FOCUS_WINDOW.start) / HOUR_MS,
      by: dimensionsOf(asked),
      charges: asked,
      profiles: [
        { id: 'a1b2c3d4e5f6', name: 'checkout', model: 'maker.listed', tags: { team: 'shop', stage: 'prod' } },
      ],
    },
    FOCUS_BOOK,
  )
}

/** A CSV taken apart by a reader that is not ours. */
export function csvRecords(csv: string): { columns: string[]; records: FocusRecord[] } {
  const [columns = [], ...rows] = parse(csv) as string[][]
  return {
    columns,
    records: rows.map((cells) => Object.fromEntries(columns.map((name, index) => [name, cells[index] ?? '']))),
  }
}
