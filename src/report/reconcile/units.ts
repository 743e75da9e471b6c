import type { BillKind, BillLine, CostMetric } from '../bill/line.ts'
import type { Row } from '../model.ts'
import type { AttoUsd } from '../money.ts'
import { MANTLE_PREFIX, pricedId, splitScope } from '../prices/model-id.ts'
import { canonicalName, listNames, modelIds } from '../prices/price-list/names.ts'
import type { BilledTerms, Modality } from '../prices/price-list/usage-type.ts'
import { longFrom } from '../prices/rules.ts'
import type { PricedRow } from '../spending.ts'
import { STANDARD_TERMS } from '../terms.ts'
import { DAY_MS } from '../window.ts'

/** What sets a rate besides model, Region and day. What is gathered has one object for all that is on the same terms. */
export interface Aspects extends Pick<BilledTerms, 'tier' | 'long' | 'routing'> {
  kind: BillKind
  modality: Modality | ''
}

export interface Billed {
  aspects: Aspects
  quantity: number
  /** Exact: by the metric that is reconciled, as used, and at AWS's public price where the bill tells it. */
  amount: AttoUsd
  unblended: AttoUsd | null
  list: AttoUsd | null
  /** Each is rounded by itself. */
  lines: number
}

/** What of an estimate is on the same terms and has one rate. */
export interface Measured {
  aspects: Aspects
  id: string
  quantity: number
  rate: AttoUsd | null
}

export interface Place {
  /** Its midnight in UTC, ms. */
  day: number
  account: string
  region: string
  model: string
  mantle: boolean
}

/** Within which what was billed and what was measured may be the same use. */
export interface Unit {
  of: Place
  billed: Billed[]
  measured: Measured[]
}

export type Gathered = Omit<ReturnType<typeof gather>, 'units'>

export interface Sides {
  lines: Iterable<BillLine>
  metric: CostMetric
  rows: Iterable<Row>
  priced(row: Row): PricedRow
  /** The model that an application profile stands for. */
  modelOf?: ((id: string) => string | undefined) | undefined
}

export function placeOfDay({ day, account, region }: Pick<Place, 'day' | 'account' | 'region'>): string {
  return `${day} ${account} ${region}`
}

/** Brings together what a bill and an estimate tell of the same day, account, Region, model and kind. Walks each once. */
export function gather({ lines, metric, rows, priced, modelOf = () => undefined }: Sides) {
  const units = new Map<number, Map<string, Unit>>()
  /** The same text for each day. */
  const keys = new Map<string, string>()
  const billedAccounts = new Set<string>()
  let firstBilled = Number.POSITIVE_INFINITY
  const measuredPlaces = new Set<string>()
  const models = billedModels()
  const known = new Map<string, Aspects>()
  const alike = (aspects: Aspects) => {
    const one = known.get(aspectsKey(aspects)) ?? aspects
    known.set(aspectsKey(one), one)
    return one
  }
  const unitAt = (of: Place, family: string) => {
    const text = [of.account, of.region, of.model, of.mantle, family].join('\n')
    const key = keys.get(text) ?? text
    keys.set(key, key)
    const ofDay = units.get(of.day) ?? new Map<string, Unit>()
    units.set(of.day, ofDay)
    const unit = ofDay.get(key) ?? { of, billed: [], measured: [] }
    ofDay.set(key, unit)
    return unit
  }
  for (const line of lines) {
    if (line.adjustment !== undefined) continue
    const { account, region, kind, terms } = line
    const { tier, long, routing, modality = '', mantle } = terms
    const model = line.model === '' ? line.service : models.add(line.model)
    const unit = unitAt({ day: dayOf(line.start), account, region, model, mantle }, familyOf(kind))
    addBilled(unit.billed, line, alike({ kind, tier, long, routing, modality }), metric)
    billedAccounts.add(account)
    firstBilled = Math.min(firstBilled, dayOf(line.start))
  }
  for (const row of rows) {
    const { account, region, model: id } = row.dimensions
    const { charges } = priced(row)
    const called = row.billedModel ?? id
    const mantle = called.startsWith(MANTLE_PREFIX)
    const bare = mantle ? called.slice(MANTLE_PREFIX.length) : (modelOf(called) ?? called)
    const day = dayOf(row.start)
    if (charges.length > 0) measuredPlaces.add(placeOfDay({ day, account, region }))
    for (const { kind, quantity, rate } of charges) {
      const unit = unitAt({ day, account, region, model: models.find(bare), mantle }, familyOf(kind.name as BillKind))
      const aspects = alike(aspectsOf(row, bare, kind.name as BillKind))
      addMeasured(unit.measured, { aspects, id: called, quantity, rate })
    }
  }
  return {
    /** Whoever goes through them may take each out, so that it is let go: their order means nothing. */
    units: [...units.values()].flatMap((ofDay) => [...ofDay.values()]),
    billedAccounts,
    /** The first day (ms) with a line on the bill; Infinity where there is none. */
    firstBilled,
    /** Days and places of which there is an estimate: see `placeOfDay`. */
    measuredPlaces,
  }
}

const dayOf = (moment: number) => moment - (moment % DAY_MS)

/** Metrics do not tell for how long a cache write is kept. */
const familyOf = (kind: BillKind) => (kind === 'cacheWrite1h' ? 'cacheWrite' : kind)

function aspectsOf({ terms = STANDARD_TERMS }: Row, bare: string, kind: BillKind): Aspects {
  const priced = pricedId(bare)
  const id = typeof priced === 'string' ? priced : bare
  const from = longFrom(id)
  const { routing } = splitScope(id)
  const long = from !== undefined && terms.promptOver >= from
  return { kind, tier: terms.tier, long, routing, modality: '' }
}

function aspectsKey({ kind, tier, long, routing, modality }: Aspects): string {
  return [kind, tier, long, routing, modality].join(' ')
}

interface Termed {
  of: Place
  aspects: Aspects
}

const orderOf = ({ of: { account, region, model, mantle }, aspects }: Termed) =>
  [account, region, model, mantle, aspectsKey(aspects)].join('\n')

export function inOrder(a: Termed, b: Termed): number {
  if (a.of.day !== b.of.day) return a.of.day - b.of.day
  return orderOf(a) < orderOf(b) ? -1 : 1
}

/** Most units have one or two of each: lists take a tenth of the memory of maps. */
function addBilled(all: Billed[], line: BillLine, aspects: Aspects, metric: CostMetric): void {
  const { amounts, quantity } = line
  const amount = amounts[metric] ?? 0n
  const sum = all.find((one) => one.aspects === aspects)
  if (!sum) {
    all.push({ aspects, quantity, amount, unblended: amounts.unblended, list: amounts.list, lines: 1 })
    return
  }
  sum.quantity += quantity
  sum.amount += amount
  sum.unblended = plus(sum.unblended, amounts.unblended)
  sum.list = plus(sum.list, amounts.list)
  sum.lines++
}

const plus = (a: AttoUsd | null, b: AttoUsd | null) => (a === null || b === null ? null : a + b)

function addMeasured(all: Measured[], use: Measured): void {
  const sum = all.find((one) => one.id === use.id && one.rate === use.rate && one.aspects === use.aspects)
  if (sum) sum.quantity += use.quantity
  else all.push(use)
}

/** The models of a bill by all names that an id may have: the two write one model in different ways. */
function billedModels() {
  const byName = new Map<string, string>()
  return {
    add: once((model) => {
      for (const name of [canonicalName(model), ...listNames(model)]) if (!byName.has(name)) byName.set(name, model)
      return byName.get(canonicalName(model)) ?? model
    }),
    find: once((id) => {
      const priced = pricedId(id)
      const names = typeof priced === 'string' ? listNames(priced) : []
      const billed = names.flatMap((name) => byName.get(name) ?? [])[0]
      const listed = names.flatMap((name) => modelIds(name))[0]
      return billed ?? listed ?? (typeof priced === 'string' ? splitScope(priced).base : id)
    }),
  }
}

function once(of: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>()
  return (text) => {
    const found = known.get(text) ?? of(text)
    known.set(text, found)
    return found
  }
}
