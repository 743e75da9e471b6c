import { expect, test } from '@jest/globals'
import { renderPieces } from '../../src/report/formats/focus.ts'
import type { PriceBook } from '../../src/report/prices/book.ts'
import { summarize } from '../../src/report/summarize.ts'
import type { ChargedGroup } from '../../src/report/view.ts'
import { DAY_MS, HOUR_MS } from '../../src/report/window.ts'
import { FOCUS_BOOK, focusView } from '../support/focus.ts'
import { noPaint } from '../support/paint.ts'
import { facts, reading, row } from '../support/report-rows.ts'

const START = Date.UTC(2026, 8, 1)
const window = { start: START, end: START + 90 * DAY_MS }
const rows = Array.from({ length: 90 * 24 }, (_, hour) =>
  row('maker.listed', { inputTokens: 1 + hour }, { start: START + hour * HOUR_MS }),
)

test('charges are made as they are walked, and the same on each walk', () => {
  const priced: number[] = []
  const book: PriceBook = {
    lookup(model, region, at, terms) {
      priced.push(at.getTime())
      return FOCUS_BOOK.lookup(model, region, at, terms)
    },
    changes: Array.from({ length: 90 }, (_, day) => START + day * DAY_MS),
  }
  const by = ['hour', 'model']
  const { charges } = summarize(reading(rows.toReversed(), { window }), { ...facts, hours: 2160, charges: by }, book)
  priced.length = 0
  const [first] = charges?.groups ?? []
  expect(first).toMatchObject({ key: { hour: '2026-09-01T00:00Z', model: 'maker.listed' } })
  expect(Math.max(...priced)).toBeLessThan(START + 7 * DAY_MS)
  const walk = () => Array.from(charges?.groups ?? [], ({ lines: [line] }) => line?.quantity)
  expect(walk()).toEqual(rows.map((_, hour) => 1 + hour))
  expect(walk()).toEqual(walk())
})

test('FOCUS is written as its rows are made', () => {
  const [one] =
    focusView([row('maker.listed', { inputTokens: 1 }, { start: Date.UTC(2026, 10, 30) })]).charges?.groups ?? []
  let made = 0
  const groups = function* (): Generator<ChargedGroup> {
    for (; made < 10_000; made++) if (one) yield one
  }
  const view = focusView([])
  const charges = { by: view.charges?.by ?? [], groups: { [Symbol.iterator]: groups } }
  const pieces = renderPieces({ ...view, charges }, { width: 80, paint: noPaint })[Symbol.iterator]()
  const first: string = pieces.next().value
  expect(first.split('\r\n').length).toBeLessThan(1100)
  expect(made).toBeLessThan(1100)
  let length = first.split('\r\n').length - 1
  for (let piece = pieces.next(); !piece.done; piece = pieces.next()) length += piece.value.split('\r\n').length - 1
  expect(length).toBe(10_001)
})
