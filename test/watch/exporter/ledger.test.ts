import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { pricer } from '../../../src/report/cost.ts'
import type { Row } from '../../../src/report/model.ts'
import { parsePrice } from '../../../src/report/money.ts'
import { DAY_MS, MINUTE_MS } from '../../../src/report/window.ts'
import { type Ledger, newLedger, parseSaved, savedText, settle, usesOf } from '../../../src/watch/exporter/ledger.ts'
import { bookOf, row } from '../../support/report-rows.ts'

const START = Date.UTC(2026, 10, 23, 10)
const book = bookOf({ 'maker.one': { input: parsePrice(3), output: parsePrice(15) } })
const at = (minute: number) => START + minute * MINUTE_MS

const used = (minute: number, inputTokens: number, model = 'maker.one'): Row =>
  row(model, { invocations: 1, inputTokens }, { start: at(minute) })

interface Found {
  through?: number
  open?: number
  now?: number
  listed?: readonly string[]
}

/** The ledger after a read that found this, up to a minute. */
function read(ledger: Ledger, rows: readonly Row[], found: Found = {}): Ledger {
  const { through = 60, open = 0, now = through, listed = [] } = found
  const labelsOf = (model: string) => ({ model })
  settle(
    ledger,
    { uses: usesOf(rows, pricer(book)), listed, through: at(through), open: at(open) },
    { labelsOf, now: at(now) },
  )
  return ledger
}

const told = (ledger: Ledger, name: string, model = 'maker.one') =>
  ledger.series.get(JSON.stringify({ model }))?.told.get(name) ?? 0n

const reopened = (ledger: Ledger): Ledger => {
  const saved = parseSaved(savedText({ awsUsd: 0, ledgers: new Map([['here', ledger]]), callers: undefined }))
  return saved?.ledgers.get('here') as Ledger
}

describe('minutes', () => {
  test('are counted when they are over, and not before the start', () => {
    const ledger = read(newLedger(at(2)), [used(1, 100), used(2, 10), used(3, 1), used(4, 1_000)], { through: 4 })
    expect([told(ledger, 'inputTokens'), told(ledger, 'invocations')]).toEqual([11n, 2n])
    expect(ledger.through).toBe(at(4))
  })

  test('that come late are added, and that come again are not', () => {
    const ledger = read(newLedger(START), [used(1, 100)])
    read(ledger, [used(1, 100), used(2, 50)])
    read(ledger, [used(1, 170), used(2, 50)])
    expect(told(ledger, 'inputTokens')).toBe(220n)
    expect(told(ledger, 'usd.input')).toBe(220n * parsePrice(3))
  })

  test('that turn out to be less let the counter wait, and not fall', () => {
    const ledger = read(newLedger(START), [used(1, 100)])
    read(ledger, [used(1, 60)])
    expect(told(ledger, 'inputTokens')).toBe(100n)
    read(ledger, [used(1, 60), used(2, 30)])
    expect(told(ledger, 'inputTokens')).toBe(100n)
    read(ledger, [used(1, 60), used(2, 70)])
    expect(told(ledger, 'inputTokens')).toBe(130n)
  })

  test('of several tiers are one: what moves from one tier to another is not counted twice', () => {
    const flex = { tier: 'flex', promptOver: 0, untold: [] } as unknown as Row['terms']
    const ledger = read(newLedger(START), [used(1, 100)])
    const split = [
      used(1, 60),
      { ...used(1, 40), terms: flex, counters: { ...used(1, 40).counters, invocations: 0 } } as Row,
    ]
    read(ledger, split)
    expect([told(ledger, 'inputTokens'), told(ledger, 'invocations')]).toEqual([100n, 1n])
  })

  test('that are closed are let alone', () => {
    const ledger = read(newLedger(START), [used(1, 100)], { open: 5 })
    read(ledger, [used(1, 900), used(6, 1)])
    expect(told(ledger, 'inputTokens')).toBe(101n)
    expect([...(ledger.open.get('maker.one')?.keys() ?? [])]).toEqual([at(6)])
  })
})

test('tokens without a price are counted apart, and cost nothing', () => {
  const ledger = read(newLedger(START), [used(1, 100, 'maker.two')])
  expect([told(ledger, 'unpricedTokens', 'maker.two'), told(ledger, 'usd.input', 'maker.two')]).toEqual([100n, 0n])
})

test('a model that is listed is there at 0, so that its first call is a change; one long gone is dropped', () => {
  const ledger = read(newLedger(START), [], { listed: ['maker.one'] })
  expect([...ledger.series.keys()]).toEqual([JSON.stringify({ model: 'maker.one' })])
  const later = 60 + (15 * DAY_MS) / MINUTE_MS
  read(ledger, [], { through: later, open: later, listed: ['maker.two'] })
  expect([...ledger.series.keys()]).toEqual([JSON.stringify({ model: 'maker.two' })])
})

describe('whatever comes in whichever order', () => {
  /** Use that becomes known bit by bit, and now and then a restart. */
  const reads = fc.array(
    fc.record({
      news: fc.array(
        fc.record({
          minute: fc.integer({ min: 0, max: 59 }),
          model: fc.constantFrom('maker.one', 'maker.two', '__proto__'),
          tokens: fc.integer({ min: 1, max: 1e9 }),
        }),
        { maxLength: 6 },
      ),
      restart: fc.boolean(),
    }),
    { minLength: 1, maxLength: 8 },
  )

  test('counters never fall, and end at the sum', () => {
    fc.assert(
      fc.property(reads, (all) => {
        const known = new Map<string, Row>()
        let ledger = newLedger(START)
        for (const { news, restart } of all) {
          for (const { minute, model, tokens } of news) {
            const key = JSON.stringify([model, minute])
            const before = known.get(key)?.counters.inputTokens ?? 0
            known.set(key, used(minute, before + tokens, model))
          }
          const before = new Map([...ledger.series].map(([key, { told }]) => [key, new Map(told)]))
          read(ledger, [...known.values()])
          for (const [key, amounts] of before) {
            for (const [name, amount] of amounts) {
              expect(ledger.series.get(key)?.told.get(name) ?? 0n).toBeGreaterThanOrEqual(amount)
            }
          }
          if (restart) ledger = reopened(ledger)
        }
        for (const model of ['maker.one', 'maker.two', '__proto__']) {
          const rows = [...known.values()].filter(({ dimensions }) => dimensions.model === model)
          const tokens = rows.reduce((sum, { counters }) => sum + BigInt(counters.inputTokens), 0n)
          expect(told(ledger, 'inputTokens', model)).toBe(tokens)
          const usd = model === 'maker.one' ? tokens * parsePrice(3) : 0n
          expect(told(ledger, 'usd.input', model)).toBe(usd)
        }
      }),
    )
  })
})

describe('what is kept', () => {
  test('is read as it was, with the open minutes in one sum, however often it is read', () => {
    const ledger = read(newLedger(START), [used(1, 100), used(2, 7, 'maker.two'), used(3, 20)])
    const { open, carried, ...rest } = reopened(ledger)
    expect({ open, ...rest }).toEqual({ ...ledger, open: new Map(), carried: undefined })
    expect(carried.get('maker.one')?.get('inputTokens')).toBe(120n)
    expect(reopened(reopened(ledger))).toEqual(reopened(ledger))
  })

  test('is a few hundred bytes for each model, however busy each minute of the hour was', () => {
    const models = Array.from({ length: 50 }, (_, index) => `maker.${index}`)
    const rows = models.flatMap((model) => Array.from({ length: 60 }, (_, minute) => used(minute, 1e6, model)))
    const text = savedText({
      awsUsd: 0,
      ledgers: new Map([['here', read(newLedger(START), rows)]]),
      callers: undefined,
    })
    expect(text.length / models.length).toBeLessThan(800)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['another version', '{"version":0}'],
    ['no ledgers', '{"version":2,"awsUsd":0}'],
    ['a number that is none', '{"version":2,"awsUsd":"x","ledgers":[]}'],
    ['a cost below nothing', '{"version":2,"awsUsd":-1,"ledgers":[]}'],
    [
      'an amount that is none',
      '{"version":2,"awsUsd":0,"ledgers":[["k",{"created":1,"through":1,"from":1,"carried":[["m",[["a","x"]]]],"series":[]}]]}',
    ],
  ])('is not taken for what it is not: %s', (_, text) => {
    expect(parseSaved(text)).toBeUndefined()
  })
})
