import { parsePrice } from '../src/report/money.ts'
import { type ListedRow, type ListedTerms, PARTED, parseList } from '../src/report/prices/table/aws.ts'

/** One price of an input: for one Region, US dollars per million tokens in the order of `TOKEN_KINDS`, '' where there is none. */
export interface NewPrice extends ListedTerms {
  name: string
  region: string
  usd: readonly string[]
}

/** What an update changes, with all Regions in which it does so. */
export interface Change {
  what: 'new' | 'gone' | 'dearer' | 'cheaper' | 'other'
  name: string
  terms: string
  regions: string[]
  before: string
  after: string
}

/** Figures by thing that is priced: as texts, more than one where a list contradicts itself; none where it is gone. */
type State = Map<string, readonly string[]>

/** The text of the table's file: a line of the list is a text of it. */
export function fileOf(list: string): string {
  return `${JSON.stringify(list.trimEnd().split('\n'), null, 2)}\n`
}

/**
 * Puts the prices of a list of a day into the table (`before`: its text). What the input does not speak of stays as it is: a
 * price is gone where the input has other prices of that model and other ones for that Region on the same terms. Throws where the
 * table has a newer list.
 */
export function updateTable(before: string, input: readonly NewPrice[], date: string) {
  const rows = parseList(before)
  const newest = rows.map((row) => row.date).reduce((a, b) => (a > b ? a : b), '')
  if (newest > date) throw new Error(`the table has a list of ${newest}, which is newer than ${date}`)
  const base = stateOf(rows.filter((row) => row.date < date))
  const known = stateOf(rows)
  const now = withoutHalves(new Map([...known, ...stateOfInput(input), ...goneFrom(known, input)]))
  const section = [...now].filter(([key, usd]) => !same(usd, base.get(key) ?? []))
  const kept = rows.filter((row) => row.date < date)
  return {
    text: encode([...kept, ...section.flatMap(([key, usd]) => rowsOf(key, usd, date))]),
    changes: compare(known, now),
  }
}

function stateOf(rows: readonly ListedRow[]): State {
  const state: State = new Map()
  const dates = new Map<string, string>()
  for (const row of rows) {
    for (const region of row.regions) {
      const key = keyOf({ ...row, region })
      const figures = row.usd ? [row.usd.join('\t')] : []
      state.set(key, dates.get(key) === row.date ? sorted([...(state.get(key) ?? []), ...figures]) : figures)
      dates.set(key, row.date)
    }
  }
  return state
}

function stateOfInput(input: readonly NewPrice[]): State {
  const state: State = new Map()
  for (const price of input) {
    const key = keyOf(price)
    state.set(key, sorted([...new Set([...(state.get(key) ?? []), trimmed(price.usd).join('\t')])]))
  }
  return state
}

function goneFrom(known: State, input: readonly NewPrice[]): State {
  const present = new Set(input.map(keyOf))
  const names = new Set(input.map(({ name }) => name))
  const places = new Set(input.map((price) => `${termsOf(price)} ${price.region}`))
  return new Map(
    [...known.keys()].flatMap((key) => {
      const [name = '', terms = '', region = ''] = key.split('\t')
      const spokenOf = names.has(name) && places.has(`${terms} ${region}`)
      return spokenOf && !present.has(key) ? [[key, []] as const] : []
    }),
  )
}

/** Half of the standard price is AWS's rule for batches, which needs no line. */
function withoutHalves(state: State): State {
  return new Map(
    [...state].filter(([key, usd]) => {
      const [name, terms = '', region] = key.split('\t')
      const standard = terms.endsWith(' batch') && state.get(`${name}\t${terms.replace(' batch', '')}\t${region}`)
      return !(standard && standard.length === 1 && usd.length === 1 && isHalf(usd[0] ?? '', standard[0] ?? ''))
    }),
  )
}

function isHalf(usd: string, standard: string): boolean {
  const wholes = standard.split('\t')
  return usd.split('\t').every((figure, index) => {
    const whole = wholes[index] ?? ''
    return figure === '' ? whole === '' || index > 1 : whole !== '' && pico(figure) * 2n === pico(whole)
  })
}

function compare(before: State, after: State): Change[] {
  const changes = new Map<string, Change>()
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key) ?? [], after.get(key) ?? []]
    if (same(old, now)) continue
    const [name = '', terms = '', region = ''] = key.split('\t')
    const change = { what: kindOf(old, now), name, terms, before: words(old), after: words(now) }
    const group = Object.values(change).join('\t')
    const known = changes.get(group) ?? { ...change, regions: [] }
    known.regions.push(region)
    changes.set(group, known)
  }
  return [...changes.values()].map((change) => ({ ...change, regions: sorted(change.regions) }))
}

function kindOf(old: readonly string[], now: readonly string[]): Change['what'] {
  if (old.length === 0) return 'new'
  if (now.length === 0) return 'gone'
  if (old.length > 1 || now.length > 1) return 'other'
  const [befores, afters] = [old, now].map(([figures = '']) => figures.split('\t'))
  const signs = new Set(
    (afters ?? []).flatMap((figure, index) => {
      const was = befores?.[index] ?? ''
      if (figure === '' || was === '' || pico(figure) === pico(was)) return []
      return [pico(figure) > pico(was)]
    }),
  )
  if (signs.size !== 1) return 'other'
  return signs.has(true) ? 'dearer' : 'cheaper'
}

/** A line of one list is of a name and its terms; Regions with the same figures stand together in it. */
function encode(rows: readonly ListedRow[]): string {
  const dates = sorted([...new Set(rows.map(({ date }) => date))])
  return dates
    .map((date) => {
      const lines = new Map<string, string[]>()
      for (const row of rows.filter((one) => one.date === date)) {
        const key = [row.name, termsOf(row), (row.usd ?? ['gone']).join('\t')].join('\n')
        lines.set(key, [...(lines.get(key) ?? []), ...row.regions])
      }
      const texts = new Map<string, string[]>()
      for (const [key, regions] of lines) {
        const [name, terms, usd] = key.split('\n')
        const of = `${name}\t${terms}`
        texts.set(of, [...(texts.get(of) ?? []), [sorted(regions).join(' '), usd].join('\t')])
      }
      const told = [...texts].map(([of, prices]) => `${of}\t${sorted(prices).join(PARTED)}`)
      return [`@ ${date}`, ...sorted(told), ''].join('\n')
    })
    .join('')
}

function rowsOf(key: string, usd: readonly string[], date: string): ListedRow[] {
  const [row] = parseList(`@ ${date}\n${key}\tgone`)
  if (!row) return []
  return usd.length === 0 ? [row] : usd.map((figures) => ({ ...row, usd: figures.split('\t') }))
}

function keyOf(price: ListedTerms & { name: string; region: string }): string {
  return [price.name, termsOf(price), price.region].join('\t')
}

export function termsOf({ routing, tier, long }: ListedTerms): string {
  return [routing, ...(tier === 'standard' ? [] : [tier]), ...(long ? ['long'] : [])].join(' ')
}

function trimmed(usd: readonly string[]): string[] {
  const last = usd.findLastIndex((figure) => figure !== '')
  return usd.slice(0, last + 1)
}

function words(usd: readonly string[]): string {
  return usd.map((figures) => figures.replaceAll('\t', '/')).join(' or ')
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index])
}

function sorted(texts: readonly string[]): string[] {
  return [...texts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

function pico(figure: string): bigint {
  return parsePrice(Number(figure))
}
