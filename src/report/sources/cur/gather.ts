import { adjustmentOf, type Classified, classify, regionOfUsage } from '../../bill/classify.ts'
import { type BillLine, checkCurrency } from '../../bill/line.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, HOUR_MS } from '../../window.ts'
import { COUNTER_OF } from '../billed.ts'
import type { Batch, Coded } from './batch.ts'
import { ExactSums, Tuples } from './exact-sums.ts'
import {
  AMOUNT_FIELDS,
  type AmountField,
  amortized,
  checkBilled,
  focusAdjustment,
  isCovered,
  type Layout,
  OF_COMMITMENTS,
  type Tag,
  TELLING_FIELDS,
  TEXT_FIELDS,
  type TextField,
} from './fields.ts'
import { amountsAt, bedrockRows, codesOf, columnsOf, identities, Names, textsAt, timesOf, valuesOf } from './picked.ts'

export interface Asked {
  window?: Window
  /** Lines are added up by spans of so long, from the epoch. */
  slotMs: number
  principals: boolean
  /** Tags to tell apart, by the name that they get in lines. */
  tags: ReadonlyMap<string, Tag>
}

/** Gathers the lines of Bedrock in batches of rows, added up as far as what is asked for allows. */
export class Gathering {
  readonly #asked: Asked
  readonly #names: Names[]
  readonly #tuples: Tuples
  readonly #sums = new Map<AmountField, ExactSums>(AMOUNT_FIELDS.map((field) => [field, new ExactSums()]))
  readonly #tags: readonly (readonly [string, Tag])[]
  readonly #classified = new Map<string, Classified>()
  rows = 0
  /** The first and the last start of a line of Bedrock in any file, in the window or not. */
  span: Window | undefined
  /** All lines have an invoice; undefined where no file tells. */
  isFinal: boolean | undefined
  /** Rows of Bedrock without a time, which fit in no window. */
  timeless = 0
  /** Rows that do not tell what they cost. */
  costless = 0
  /** What is sold through the Marketplace is not recognized in some file. */
  isUntold = false
  /** Rows of use that are of a month as a whole. */
  monthly = 0
  /** One of them began before the window. */
  isCut = false

  constructor(asked: Asked) {
    this.#asked = asked
    this.#tags = [...asked.tags]
    this.#names = Array.from({ length: TEXT_FIELDS.length + this.#tags.length }, () => new Names())
    this.#tuples = new Tuples(2 + this.#names.length)
  }

  /**
   * @param odd by column what is no number in it, to which the batch's is added
   * @returns the payers and months whose lines it has, `999900001111 2026-11`
   */
  async add(batch: Batch, layout: Layout, odd: OddAmounts): Promise<string[]> {
    this.rows += batch.rows
    const { found, isUntold } = await bedrockRows(batch, layout)
    this.isUntold ||= isUntold
    const times = await timesOf(batch, layout)
    await this.#countMonthly(batch, layout, found, times)
    const { rows, slots } = this.#within(found, times)
    if (rows.length === 0) return []
    const fields = [
      ...TEXT_FIELDS.map((field) => (field === 'principal' && !this.#asked.principals ? [] : layout.places(field))),
      ...this.#tags.map(([, tag]) => layout.tagPlaces(tag)),
    ]
    const amounts = AMOUNT_FIELDS.filter((field) => !OF_COMMITMENTS.has(field))
    const others = (['payer', 'period', 'invoice', 'currency', 'estimated'] as const).map((field) =>
      layout.places(field),
    )
    await batch.load(columnsOf([...fields, ...amounts.map((field) => layout.places(field)), ...others].flat()))
    for (const code of valuesOf(batch, layout.places('currency'), rows)) checkCurrency(code)
    checkBilled(valuesOf(batch, layout.places('estimated'), rows))
    const columns = textsAt(batch, fields)
    const codes = columns.map((found, index) => {
      const shorten = TEXT_FIELDS[index] === 'description' ? unitWords : undefined
      return codesOf(found, rows, this.#names[index] as Names, shorten)
    })
    // What does not tell an amount is not added to what does.
    const told = AMOUNT_FIELDS.map((field, index) => Number(layout.places(field).length > 0) << (index + 1))
    const form = new Int32Array(rows.length).fill(
      told.reduce((bits, bit) => bits | bit, layout.form.name === 'CUR' ? OF_CUR : 0),
    )
    const groups = this.#tuples.numbersOf([slots, form, ...codes], rows.length)
    const add = (field: AmountField) => {
      const [first, second] = layout.places(field)
      // A net cost that is left out is that of a line without a discount.
      const instead = amountsAt(batch, field === 'net' ? layout.places('unblended')[0] : second)
      const none = field === 'quantity' ? { codes: new Int32Array(batch.rows), values: [] } : undefined
      const read = amountsAt(batch, first) ?? none
      const without = read && this.#sums.get(field)?.add(groups, rows, read, instead)
      const known = odd.get(first?.column ?? '') ?? { lines: 0, example: without?.example ?? '' }
      if (first && without?.odd) odd.set(first.column, { ...known, lines: known.lines + without.odd })
      return without?.none ?? 0
    }
    for (const field of amounts) {
      const without = add(field)
      if (field === layout.form.cost) this.costless += without
    }
    await this.#addCommitments(batch, layout, codes[TEXT_FIELDS.indexOf('lineType')] as Int32Array, add)
    const [invoices] = textsAt(batch, [layout.places('invoice')]).flat()
    if (invoices)
      this.isFinal = (this.isFinal ?? true) && rows.every((row) => invoices.values[invoices.codes[row] ?? 0] !== '')
    return identities(batch, layout, rows)
  }

  lines(): BillLine[] {
    return Array.from({ length: this.#tuples.count }, (_, group) => this.#line(group))
  }

  /** What a line costs that a commitment covers stands in columns of their own, which Bedrock's lines seldom need. */
  async #addCommitments(batch: Batch, layout: Layout, lineTypes: Int32Array, add: (field: AmountField) => void) {
    const names = this.#names[TEXT_FIELDS.indexOf('lineType')]?.list ?? []
    if (!lineTypes.some((code) => isCovered(names[code] ?? ''))) return
    await batch.load(columnsOf([...OF_COMMITMENTS].flatMap((field) => layout.places(field))))
    for (const field of OF_COMMITMENTS) add(field)
  }

  /** Exports by the month have all of it on the first day. When a row ends is looked at only where all begin with a month. */
  async #countMonthly(batch: Batch, layout: Layout, candidates: Int32Array, { codes, values }: Coded<number>) {
    const isFirst = values.map((time) => time % DAY_MS === 0 && new Date(time).getUTCDate() === 1)
    if (candidates.length === 0 || !candidates.every((row) => isFirst[codes[row] ?? 0])) return
    const [places, typePlaces] = [layout.places('end'), layout.places('lineType')]
    await batch.load(columnsOf([...places, ...typePlaces]))
    const ends = places[0] && batch.times(places[0].column)
    const [types] = textsAt(batch, [typePlaces]).flat()
    for (const row of candidates) {
      const start = values[codes[row] ?? 0] ?? 0
      const end = ends?.values[ends.codes[row] ?? 0] ?? start
      const isUse = /^$|usage$/i.test(types?.values[types.codes[row] ?? 0] ?? '')
      if (!isUse || !(end - start > 2 * DAY_MS)) continue
      this.monthly++
      const from = this.#asked.window?.start ?? start
      this.isCut ||= start < from && end > from
    }
  }

  /** Which of the rows are in the window, and in which slots of time. */
  #within(candidates: Int32Array, times: Coded<number>): { rows: Int32Array; slots: Int32Array } {
    const { slotMs, window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY } } = this.#asked
    const slotOf = Int32Array.from(times.values, (time) =>
      time >= window.start && time < window.end ? Math.floor(time / slotMs) : OUTSIDE,
    )
    const isNone = times.values.map((time) => Number.isNaN(time))
    const rows = new Int32Array(candidates.length)
    const slots = new Int32Array(candidates.length)
    let [count, first, last] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (const row of candidates) {
      const code = times.codes[row] as number
      if (isNone[code]) {
        this.timeless++
        continue
      }
      const time = times.values[code] as number
      if (time < first) first = time
      if (time > last) last = time
      const slot = slotOf[code] as number
      if (slot === OUTSIDE) continue
      rows[count] = row
      slots[count++] = slot
    }
    if (last >= first)
      this.span = {
        start: Math.min(first, this.span?.start ?? first),
        end: Math.max(last + HOUR_MS, this.span?.end ?? 0),
      }
    return { rows: rows.subarray(0, count), slots: slots.subarray(0, count) }
  }

  #line(group: number): BillLine {
    const [slot = 0, form = 0, ...codes] = this.#tuples.at(group)
    const text = (field: TextField) => this.#textAt(TEXT_FIELDS.indexOf(field), codes)
    const sum = (field: AmountField) => {
      const sums = this.#sums.get(field)
      // Half of the lines' is no sum, except where the reader is told how many lack it.
      return (TOLD_OF.has(field) || !sums?.withoutIn(group) ? sums?.of(group) : undefined) ?? null
    }
    const [usageType, productName, lineType] = [text('usageType'), text('productName'), text('lineType')]
    const service = productName || text('service') || text('code')
    const { model, kind, terms, unitDigits, unit } = this.#classifiedOf(codes, service)
    const adjustment = form & OF_CUR ? adjustmentOf(lineType || 'Usage') : focusAdjustment(lineType, text('correction'))
    const tags = new Map(
      this.#tags.map(([name], index) => [name, this.#textAt(TEXT_FIELDS.length + index, codes)] as const),
    )
    const isCounted = adjustment !== undefined || !COUNTER_OF.has(kind)
    const uncounted = isCounted ? 0 : this.#sums.get('quantity')?.withoutIn(group)
    return {
      start: slot * this.#asked.slotMs,
      account: text('account'),
      region: text('region') || regionOfUsage(usageType),
      model,
      service,
      usageType,
      ...(adjustment && { adjustment }),
      kind,
      // In single units: 1.5 of 1,000 tokens are 1,500. The nearest double.
      quantity: Number(((sum('quantity') ?? 0n) * 10n ** BigInt(unitDigits)) / 10n ** 9n) / 1e9,
      unit,
      terms,
      amounts: {
        unblended: sum('unblended'),
        net: sum('net'),
        amortized: amortized(lineType, sum, ['unblended', 'savingsPlan', 'reservation']),
        'net-amortized':
          form & OF_CUR ? amortized(lineType, sum, ['net', 'netSavingsPlan', 'netReservation']) : sum('netAmortized'),
        list: sum('list'),
      },
      ...(uncounted && { uncounted }),
      principal: text('principal'),
      ...(this.#tags.length > 0 && { tags }),
    }
  }

  /** Of lines that differ in nothing that tells what they are of, the first is looked at. */
  #classifiedOf(codes: readonly number[], service: string): Classified {
    const key = TELLING_FIELDS.map((field) => codes[TEXT_FIELDS.indexOf(field)]).join()
    const known = this.#classified.get(key)
    if (known) return known
    const text = (field: TextField) => this.#textAt(TEXT_FIELDS.indexOf(field), codes)
    const described = Object.fromEntries(TELLING_FIELDS.map((field) => [field, text(field)]))
    const found = classify({ ...described, usageType: text('usageType'), service: `${service} ${text('code')}` })
    this.#classified.set(key, found)
    return found
  }

  #textAt(index: number, codes: readonly number[]): string {
    return this.#names[index]?.list[codes[index] ?? 0] ?? ''
  }
}

/** By column: in how many lines it has something else than a number, and what in the first of them. */
export type OddAmounts = Map<string, { lines: number; example: string }>

/** Of lines without one of these a warning says how many there are. */
const TOLD_OF: ReadonlySet<AmountField> = new Set(['quantity', 'unblended', 'net'])

const OUTSIDE = -(2 ** 31)
const OF_CUR = 1

/** Of a description no more than the unit that the Marketplace writes there: the rest differs by the line. */
function unitWords(description: string): string {
  const parts = description.split('|')
  return parts.length < 3 ? '' : `||${parts[2]}`
}
