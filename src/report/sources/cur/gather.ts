import { adjustmentOf, classify, isBedrock } from '../../bill/classify.ts'
import type { Adjustment } from '../../bill/kinds.ts'
import type { BillLine } from '../../bill/line.ts'
import { regionOfUsage } from '../../bill/regions.ts'
import type { AttoUsd } from '../../money.ts'
import type { Window } from '../../model.ts'
import { HOUR_MS } from '../../window.ts'
import type { Amounts, Batch, Coded } from './batch.ts'
import { ExactSums, Tuples } from './exact-sums.ts'
import { AMOUNT_FIELDS, type AmountField, type Layout, type Place, TEXT_FIELDS, type Tag, type TextField } from './fields.ts'

/** What of a bill is asked for. */
export interface Asked {
  /** Without it everything. */
  window?: Window
  /** Lines are added up by spans of so long, from the epoch. */
  slotMs: number
  /** Who called is told apart. */
  principals: boolean
  /** Tags to tell apart, by the name that they get in lines. */
  tags: ReadonlyMap<string, Tag>
}

/** The fields in a file that are not read but where they are needed. */
const OF_COMMITMENTS: ReadonlySet<AmountField> = new Set(['savingsPlan', 'netSavingsPlan', 'reservation', 'netReservation'])

/** Gathers the lines of Bedrock in batches of rows, added up as far as what is asked for allows. */
export class Gathering {
  readonly #asked: Asked
  readonly #names: Names[]
  readonly #tuples: Tuples
  readonly #sums = new Map<AmountField, ExactSums>(AMOUNT_FIELDS.map((field) => [field, new ExactSums()]))
  readonly #tags: readonly (readonly [string, Tag])[]
  /** Rows that were looked at, of Bedrock or not. */
  rows = 0
  /** The first and the last start of a line of Bedrock in any file, in the window or not. */
  span: Window | undefined
  /** Rows of Bedrock without a time, which fit in no window. */
  timeless = 0

  constructor(asked: Asked) {
    this.#asked = asked
    this.#tags = [...asked.tags]
    this.#names = Array.from({ length: TEXT_FIELDS.length + this.#tags.length }, () => new Names())
    this.#tuples = new Tuples(2 + this.#names.length)
  }

  /** @returns the payers and months whose lines it has, `999900001111 2026-11` */
  async add(batch: Batch, layout: Layout): Promise<string[]> {
    this.rows += batch.rows
    const found = this.#within(await bedrockRows(batch, layout), await timesOf(batch, layout))
    if (found.rows.length === 0) return []
    const { rows, slots } = found
    const fields: Source[] = [
      ...TEXT_FIELDS.map((field): Source => {
        const isLeftOut = field === 'principal' && !this.#asked.principals
        return { places: isLeftOut ? [] : layout.places(field), ...(field === 'description' && { shorten: unitWords }) }
      }),
      ...this.#tags.map(([, tag]): Source => ({ places: layout.tagPlaces(tag) })),
    ]
    const amounts = AMOUNT_FIELDS.filter((field) => !OF_COMMITMENTS.has(field)).map((field) => [field, layout.places(field)] as const)
    const identity = (['payer', 'period'] as const).map((field) => layout.places(field))
    const places = [...fields.map((field) => field.places), ...amounts.map(([, where]) => where), ...identity]
    await batch.load(columnsOf(places.flat()))
    const codes = fields.map((field, index) => this.#codesOf(batch, field, rows, this.#names[index] as Names))
    const form = new Int32Array(rows.length).fill(layout.form.name === 'CUR' ? 1 : 0)
    const groups = this.#tuples.numbersOf([slots, form, ...codes], rows.length)
    const unblended = amountsAt(batch, layout.places('unblended'))
    for (const [field, where] of amounts) {
      // A net cost that is left out is that of a line without a discount.
      const instead = field === 'net' ? unblended : undefined
      this.#sum(field, groups, rows, amountsAt(batch, where), where.length > 0 ? (instead ?? amountsAt(batch, where.slice(1))) : undefined)
    }
    await this.#addCommitments(batch, layout, groups, rows, codes[TEXT_FIELDS.indexOf('lineType')] as Int32Array)
    return identities(batch, layout, rows)
  }

  /** What has been gathered, exact. */
  lines(): BillLine[] {
    return Array.from({ length: this.#tuples.count }, (_, group) => this.#line(group))
  }

  #sum(field: AmountField, groups: Int32Array, rows: Int32Array, amounts?: Amounts, instead?: Amounts): void {
    if (amounts) this.#sums.get(field)?.add(groups, rows, amounts, instead)
  }

  /** What a line costs that a commitment covers stands in columns of their own, which Bedrock's lines seldom need. */
  async #addCommitments(batch: Batch, layout: Layout, groups: Int32Array, rows: Int32Array, lineTypes: Int32Array) {
    const names = this.#names[TEXT_FIELDS.indexOf('lineType')]?.list ?? []
    if (!lineTypes.some((code) => isCovered(names[code] ?? ''))) return
    const places = [...OF_COMMITMENTS].map((field) => [field, layout.places(field)] as const)
    await batch.load(columnsOf(places.flatMap(([, where]) => where)))
    for (const [field, where] of places) this.#sum(field, groups, rows, amountsAt(batch, where))
  }

  /** Which of the rows are in the window, and in which slots of time. */
  #within(candidates: Int32Array, times: Coded<number>): { rows: Int32Array; slots: Int32Array } {
    const { slotMs, window = { start: Number.NEGATIVE_INFINITY, end: Number.POSITIVE_INFINITY } } = this.#asked
    const slotOf = Int32Array.from(times.values, (time) => (time >= window.start && time < window.end ? Math.floor(time / slotMs) : OUTSIDE))
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
      this.span = { start: Math.min(first, this.span?.start ?? first), end: Math.max(last + HOUR_MS, this.span?.end ?? 0) }
    return { rows: rows.subarray(0, count), slots: slots.subarray(0, count) }
  }

  /** Of each row the number of its value, the first place with one; 0 for none. */
  #codesOf(batch: Batch, { places, shorten }: Source, rows: Int32Array, names: Names): Int32Array {
    const codes = new Int32Array(rows.length)
    for (const column of textsAt(batch, places)) {
      const numbers = Int32Array.from(column.values, (text) => -1 - Number(text === ''))
      for (let at = 0; at < rows.length; at++) {
        if (codes[at] !== 0) continue
        const code = column.codes[rows[at] as number] as number
        let number = numbers[code] as number
        if (number === -2) continue
        if (number === -1) {
          const text = column.values[code] as string
          number = names.numberOf(shorten ? shorten(text) : text)
          numbers[code] = number
        }
        codes[at] = number
      }
    }
    return codes
  }

  #line(group: number): BillLine {
    const [slot = 0, form = 0, ...codes] = this.#tuples.at(group)
    const text = (field: TextField) => this.#textAt(TEXT_FIELDS.indexOf(field), codes)
    const sum = (field: AmountField) => this.#sums.get(field)?.of(group) ?? null
    const [usageType, productName, lineType] = [text('usageType'), text('productName'), text('lineType')]
    const service = productName || text('service') || text('code')
    const described = {
      service: [service, text('code')].join(' '),
      usageType,
      operation: text('operation'),
      description: text('description'),
      model: text('model'),
      productName,
      inferenceType: text('inferenceType'),
      feature: text('feature'),
      unit: text('unit'),
    }
    const { model, kind, terms, unitDigits, unit } = classify(described)
    const adjustment = form === 1 ? adjustmentOf(lineType || 'Usage') : focusAdjustment(lineType)
    const tags = new Map(
      this.#tags.flatMap(([name], index) => {
        const value = this.#textAt(TEXT_FIELDS.length + index, codes)
        return value === '' ? [] : [[name, value] as const]
      }),
    )
    return {
      start: slot * this.#asked.slotMs,
      account: text('account'),
      region: text('region') || regionOfUsage(usageType),
      model,
      service,
      usageType,
      ...(adjustment && { adjustment }),
      kind,
      quantity: quantityOf(sum('quantity') ?? 0n, unitDigits),
      unit,
      terms,
      amounts: {
        unblended: sum('unblended'),
        net: sum('net'),
        amortized: sum('amortized') ?? amortized(lineType, sum, ['unblended', 'savingsPlan', 'reservation']),
        'net-amortized': sum('netAmortized') ?? amortized(lineType, sum, ['net', 'netSavingsPlan', 'netReservation']),
        list: sum('list'),
      },
      principal: text('principal'),
      ...(this.#tags.length > 0 && { tags }),
    }
  }

  #textAt(index: number, codes: readonly number[]): string {
    return this.#names[index]?.list[codes[index] ?? 0] ?? ''
  }
}

const OUTSIDE = -(2 ** 31)

/** Where a field stands, and what of it matters. */
interface Source {
  places: readonly Place[]
  shorten?: (text: string) => string
}

/** Texts by number, of all batches; 0 is of none. */
class Names {
  readonly list: string[] = ['']
  readonly #numbers = new Map<string, number>([['', 0]])

  numberOf(text: string): number {
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.list.length)
    return this.list.push(text) - 1
  }
}

/** Of a description no more than the unit that the Marketplace writes there: the rest differs by the line. */
function unitWords(description: string): string {
  const parts = description.split('|')
  return parts.length < 3 ? '' : `||${parts[2]}`
}

function columnsOf(places: readonly Place[]): string[] {
  return [...new Set(places.map(({ column }) => column))]
}

function textsAt(batch: Batch, places: readonly Place[]): Coded<string>[] {
  return columnsOf(places).flatMap((column): Coded<string>[] => {
    const keys = places.flatMap((place) => (place.column === column && place.key !== undefined ? [place.key] : []))
    if (keys.length > 0) return [...(batch.entries(column, keys) ?? [])]
    const texts = batch.texts(column)
    return texts ? [texts] : []
  })
}

function amountsAt(batch: Batch, [place]: readonly Place[]): Amounts | undefined {
  return place && batch.amounts(place.column)
}

async function timesOf(batch: Batch, layout: Layout): Promise<Coded<number>> {
  const [place] = layout.places('start')
  await batch.load(columnsOf(layout.places('start')))
  return (place && batch.times(place.column)) ?? { codes: new Int32Array(batch.rows), values: [Number.NaN] }
}

/**
 * The rows of Bedrock: by the product family, which lines since July 2026 have, by the code of the product, or by the name
 * that the Marketplace's have. That is looked at only where it may decide.
 */
async function bedrockRows(batch: Batch, layout: Layout): Promise<Int32Array> {
  const simple = (['family', 'code', 'entity'] as const).map((field) => layout.places(field).filter(({ key }) => key === undefined))
  await batch.load(columnsOf(simple.flat()))
  const isIn = new Uint8Array(batch.rows)
  const mark = (places: readonly Place[], fits: (text: string) => boolean, mark: number) => {
    for (const { codes, values } of textsAt(batch, places)) {
      const known = values.map(fits)
      if (!known.includes(true)) continue
      for (let row = 0; row < batch.rows; row++) if (known[codes[row] as number]) isIn[row] = (isIn[row] as number) | mark
    }
  }
  const [family = [], code = [], entity = []] = simple
  mark(family, isBedrock, 1)
  mark(code, isBedrock, 1)
  mark(entity, (text) => /marketplace/i.test(text), 2)
  const isAnyByName = entity.length === 0 || isIn.includes(2)
  const named = layout.places('productName')
  if (isAnyByName) {
    await batch.load(columnsOf(named))
    mark(named, isBedrock, 4)
  }
  // Of AWS's own lines the code says it.
  const fits = (bits: number) => (bits & 1) > 0 || (bits & 4) > 0
  const rows = new Int32Array(batch.rows)
  let count = 0
  for (let row = 0; row < batch.rows; row++) if (fits(isIn[row] as number)) rows[count++] = row
  return rows.subarray(0, count)
}

function identities(batch: Batch, layout: Layout, rows: Int32Array): string[] {
  const [payers] = textsAt(batch, layout.places('payer').slice(0, 1))
  const [place] = layout.places('period')
  const periods = place && batch.times(place.column)
  const found = new Set<string>()
  let last = ''
  for (const row of rows) {
    const pair = `${payers?.codes[row] ?? 0} ${periods?.codes[row] ?? 0}`
    if (pair !== last) found.add(pair)
    last = pair
  }
  return [...found].map((pair) => {
    const [payer = 0, period = 0] = pair.split(' ').map(Number)
    const start = periods?.values[period] ?? Number.NaN
    return `${payers?.values[payer] ?? ''} ${Number.isNaN(start) ? '' : new Date(start).toISOString().slice(0, 7)}`
  })
}

/** In single units: 1.5 of 1,000 tokens are 1,500. The nearest double. */
function quantityOf(sum: AttoUsd, unitDigits: number): number {
  return Number((sum * 10n ** BigInt(unitDigits)) / 10n ** 9n) / 1e9
}

function isCovered(lineType: string): boolean {
  return /^(?:SavingsPlan|DiscountedUsage)/i.test(lineType)
}

/** With what is paid in advance spread over what it covers. */
function amortized(
  lineType: string,
  sum: (field: AmountField) => AttoUsd | null,
  [usual, savingsPlan, reservation]: readonly [AmountField, AmountField, AmountField],
): AttoUsd | null {
  if (/^SavingsPlanCoveredUsage$/i.test(lineType)) return sum(savingsPlan)
  if (/^DiscountedUsage$/i.test(lineType)) return sum(reservation)
  return /^SavingsPlanNegation$/i.test(lineType) ? 0n : sum(usual)
}

/** FOCUS's ChargeCategory. */
function focusAdjustment(category: string): Adjustment | undefined {
  if (/^(?:usage)?$/i.test(category)) return undefined
  if (/^credit$/i.test(category)) return 'credits'
  if (/^tax$/i.test(category)) return 'tax'
  return /^purchase$/i.test(category) ? 'fees' : 'otherLines'
}
