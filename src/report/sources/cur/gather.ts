import { usageError } from '../../../core/errors.ts'
import { adjustmentOf, type Classified, classify, isBedrock, regionOfUsage } from '../../bill/classify.ts'
import type { Adjustment } from '../../bill/kinds.ts'
import { type BillLine, checkCurrency } from '../../bill/line.ts'
import { COUNTER_OF } from '../../bill/rows.ts'
import type { Window } from '../../model.ts'
import type { AttoUsd } from '../../money.ts'
import { HOUR_MS } from '../../window.ts'
import { amountOf, type Batch, columnsOf, memo, readerOf, type Texts, timeOf } from './cells.ts'
import {
  AMOUNT_FIELDS,
  type AmountField,
  amortized,
  isCovered,
  type Layout,
  OF_COMMITMENTS,
  type Tag,
  TELLING_FIELDS,
  TEXT_FIELDS,
  type TextField,
} from './fields.ts'

export interface Asked {
  window?: Window
  slotMs: number
  principals: boolean
  tags: ReadonlyMap<string, Tag>
}

export type OddAmounts = Map<string, { lines: number; example: string }>

interface Group {
  slot: number
  isCur: boolean
  texts: ReadonlyMap<TextField, string>
  tags: ReadonlyMap<string, string>
  sums: Map<AmountField, AttoUsd>
  uncounted: number
}

type Found = { row: number; slot: number }

/** Gathers the lines of Bedrock in batches of rows, added up as far as what is asked for allows; exact. */
export class Gathering {
  readonly #asked: Asked
  readonly #groups = new Map<string, Group>()
  readonly #classified = new Map<string, Classified>()
  span: Window | undefined
  /** All lines have an invoice; undefined where no file tells. */
  isFinal: boolean | undefined
  timeless = 0
  costless = 0
  /** What is sold through the Marketplace is not recognized in some file. */
  isUntold = false

  constructor(asked: Asked) {
    this.#asked = asked
  }

  /** @returns the payers and months whose lines it has, `999900001111 2026-11` */
  async add(batch: Batch, layout: Layout, odd: OddAmounts): Promise<string[]> {
    const textsIn = readerOf(batch)
    const rows = this.#within(await this.#bedrockIn(batch, layout, textsIn), batch, layout)
    if (rows.length === 0) return []
    const besides = (['payer', 'period', 'invoice', 'currency', 'estimated'] as const).map(layout.places)
    const fields = TEXT_FIELDS.filter((field) => field !== 'principal' || this.#asked.principals)
    const tags = [...this.#asked.tags].map(([name, tag]) => [name, layout.tagPlaces(tag)] as const)
    const places = [
      ...fields.map(layout.places),
      ...AMOUNT_FIELDS.map(layout.places),
      ...tags.map(([, at]) => at),
      ...besides,
    ]
    await batch.load(columnsOf(places.flat()))
    const [payerOf, periodOf, invoiceOf, currencyOf, estimatedOf] = besides.map(textsIn)
    const told = fields.map((field) => [field, textsIn(layout.places(field))] as const)
    const tagged = tags.map(([name, at]) => [name, textsIn(at)] as const)
    const isCur = layout.form.name === 'CUR'
    const groups = rows.map(({ row, slot }): Group => {
      checkCurrency(currencyOf?.(row))
      checkBilled(estimatedOf?.(row))
      const texts = told.map(([field, at]) => {
        const text = at(row)
        return [field, field === 'description' ? unitWords(text) : text] as const
      })
      const ofTags = tagged.map(([name, at]) => [name, at(row)] as const)
      const key = [slot, isCur, ...[...texts, ...ofTags].map(([, text]) => text)].join('\0')
      const known = this.#groups.get(key)
      if (known) return known
      const group = { slot, isCur, texts: new Map(texts), tags: new Map(ofTags), sums: new Map(), uncounted: 0 }
      this.#groups.set(key, group)
      return group
    })
    for (const field of AMOUNT_FIELDS) this.#addUp(field, batch, layout, { rows, groups, odd })
    if (groups.some(({ texts }) => isCovered(texts.get('lineType') ?? ''))) {
      // What a line costs that a commitment covers stands in columns of their own, which Bedrock's lines seldom need.
      await batch.load(columnsOf(OF_COMMITMENTS.flatMap(layout.places)))
      for (const field of OF_COMMITMENTS) this.#addUp(field, batch, layout, { rows, groups, odd })
    }
    if (invoiceOf && columnsOf(layout.places('invoice')).length > 0)
      this.isFinal = (this.isFinal ?? true) && rows.every(({ row }) => invoiceOf(row) !== '')
    const monthOf = memo((period) =>
      Number.isNaN(timeOf(period)) ? '' : new Date(timeOf(period)).toISOString().slice(0, 7),
    )
    return [...new Set(rows.map(({ row }) => `${payerOf?.(row) ?? ''} ${monthOf(periodOf?.(row))}`))]
  }

  lines(): BillLine[] {
    return Array.from(this.#groups.values(), (group) => this.#line(group))
  }

  /** By product family (since July 2026), product code, or the Marketplace's name: in the largest column, read last. */
  async #bedrockIn(batch: Batch, layout: Layout, textsIn: Texts): Promise<number[]> {
    const own = (field: 'family' | 'code' | 'entity') => layout.places(field).filter(({ key }) => key === undefined)
    const [entity, names] = [own('entity'), layout.places('productName')]
    await batch.load(columnsOf([...own('family'), ...own('code'), ...entity, ...layout.places('start')]))
    const entityOf = textsIn(entity)
    const all = Array.from({ length: batch.rows }, (_, row) => row)
    const mayDecide = entity.length === 0 || all.some((row) => /marketplace/i.test(entityOf(row)))
    if (mayDecide) await batch.load(columnsOf(names))
    this.isUntold ||= entity.length > 0 && mayDecide && names.length === 0
    const deciding = [...own('family'), ...own('code'), ...(mayDecide ? names : [])].map((place) => textsIn([place]))
    const isOf = memo((text) => isBedrock(String(text)))
    return all.filter((row) => deciding.some((of) => isOf(of(row))))
  }

  #within(candidates: readonly number[], batch: Batch, layout: Layout): Found[] {
    const { slotMs, window } = this.#asked
    const times = batch.column(layout.places('start')[0]?.column ?? '')
    const read = memo(timeOf)
    return candidates.flatMap((row): Found[] => {
      const time = read(times?.[row])
      if (Number.isNaN(time)) {
        this.timeless++
        return []
      }
      const { start, end } = this.span ?? { start: time, end: 0 }
      if (time < start || time + HOUR_MS > end)
        this.span = { start: Math.min(time, start), end: Math.max(time + HOUR_MS, end) }
      if (window && (time < window.start || time >= window.end)) return []
      return [{ row, slot: Math.floor(time / slotMs) }]
    })
  }

  #addUp(
    field: AmountField,
    batch: Batch,
    layout: Layout,
    { rows, groups, odd }: { rows: readonly Found[]; groups: readonly Group[]; odd: OddAmounts },
  ): void {
    const [first, second] = layout.places(field)
    if (!first && field !== 'quantity') return
    // A net cost that is left out is that of a line without a discount.
    const instead = field === 'net' ? layout.places('unblended')[0] : second
    const [amounts, others] = [first, instead].map((place) => place && batch.column(place.column))
    const read = memo(amountOf)
    for (const [index, { row }] of rows.entries()) {
      const group = groups[index] as Group
      const amount = read(amounts?.[row]) ?? read(others?.[row])
      if (typeof amount === 'bigint') group.sums.set(field, (group.sums.get(field) ?? 0n) + amount)
      else {
        if (field === 'quantity') group.uncounted++
        if (amount === undefined) this.costless += Number(field === layout.form.cost)
        else if (first) {
          const { lines, example } = odd.get(first.column) ?? { lines: 0, example: amount }
          odd.set(first.column, { lines: lines + 1, example })
        }
      }
    }
  }

  #line({ slot, isCur, texts, tags, sums, uncounted }: Group): BillLine {
    const text = (field: TextField) => texts.get(field) ?? ''
    const sum = (field: AmountField) => sums.get(field) ?? null
    const [usageType, lineType] = [text('usageType'), text('lineType')]
    const service = text('productName') || text('service') || text('code')
    const { model, kind, terms, unitDigits, unit } = this.#classifiedOf(text, service)
    const adjustment = isCur ? adjustmentOf(lineType || 'Usage') : focusAdjustment(lineType, text('correction'))
    const isCounted = adjustment === undefined && COUNTER_OF.has(kind)
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
        amortized: sum('amortized') ?? amortized(lineType, sum, ['unblended', 'savingsPlan', 'reservation']),
        'net-amortized': sum('netAmortized') ?? amortized(lineType, sum, ['net', 'netSavingsPlan', 'netReservation']),
        list: sum('list'),
      },
      ...(isCounted && uncounted > 0 && { uncounted }),
      principal: text('principal'),
      ...(tags.size > 0 && { tags }),
    }
  }

  /** Of lines that differ in nothing that tells what they are of, the first is looked at. */
  #classifiedOf(text: (field: TextField) => string, service: string): Classified {
    const described = Object.fromEntries(TELLING_FIELDS.map((field) => [field, text(field)]))
    const key = JSON.stringify(described)
    const known = this.#classified.get(key)
    if (known) return known
    const found = classify({ ...described, usageType: text('usageType'), service: `${service} ${text('code')}` })
    this.#classified.set(key, found)
    return found
  }
}

/** Of a description no more than the unit that the Marketplace writes there: the rest differs by the line. */
function unitWords(description: string): string {
  const [, , unit] = description.split('|')
  return unit === undefined ? '' : `||${unit}`
}

function checkBilled(estimated: string | undefined): void {
  if (estimated !== 'true') return
  const message = 'the file has estimates that bedrock-monitor wrote (x_Estimated is true): it is no bill'
  throw usageError(message, 'name an export of AWS')
}

function focusAdjustment(category: string, correction: string): Adjustment | undefined {
  if (/^correction$/i.test(correction)) return 'refunds'
  if (/^(?:usage)?$/i.test(category)) return undefined
  if (/^credit$/i.test(category)) return 'credits'
  if (/^tax$/i.test(category)) return 'tax'
  return /^purchase$/i.test(category) ? 'fees' : 'otherLines'
}
