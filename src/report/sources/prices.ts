import type { AwsContext, AwsPlace } from '../../aws/context.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey } from '../../core/place.ts'
import type { Dimensions } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import { bundledBook } from '../prices/bundled.ts'
import { loadGenaiPrices, packagedIds } from '../prices/genai-prices.ts'
import { knownIds } from '../prices/listing.ts'
import { type StrayKey, strayKeys } from '../prices/override-keys.ts'
import { priceListBook, unusedOf } from '../prices/price-list/book.ts'
import type { LeftOutCount } from '../prices/price-list/left-out.ts'
import { liveFirst } from '../prices/price-list/live-first.ts'
import {
  isApplicationProfile,
  isPromptRouter,
  type OwnProfile,
  type OwnProfiles,
  ownProfile,
  profileIdOf,
  withProfiles,
} from '../prices/profiles.ts'
import { type OwnPrices, withOverrides } from '../prices/with-overrides.ts'
import type { ProfileLine } from '../report-lines.ts'
import { HOUR_MS } from '../window.ts'
import { readPriceList, type TextCache } from './price-list.ts'
import { readProfileTags, type Tags, untellableTags } from './profile-tags.ts'
import { resolveProfiles } from './profiles.ts'

/** What is known of prices, apart from what comes with the program. */
export interface PriceSources {
  /** What the user's configuration says, and the file's name. */
  overrides?: OwnPrices
  /** What it says of application inference profiles and prompt routers: before what the account says. */
  profiles?: OwnProfiles
  /** Tags of application inference profiles are wanted, too. */
  withTags?: boolean
  /** Where AWS can be asked which models application profiles stand for; left out where there is no account. */
  places?: readonly AwsPlace[]
  /** Reads AWS's price list through the first of the places; left out when offline. `within`: in the course of something else. */
  live?: { cache?: TextCache; within?: boolean }
  /** Why AWS is not asked though it was to be. */
  notes?: readonly Warning[]
}

export interface Prices {
  book: PriceBook
  warnings: readonly Warning[]
  /** What is known of the application profiles and prompt routers among what was priced. */
  profiles?: ProfileLine[]
}

/** What a price hangs on, and the account, whose application profile the model may be. */
export type Priced = { dimensions: Pick<Dimensions, 'model' | 'account' | 'region'> }

/**
 * Gets the prices of what rows tell of: the Regions and application profiles in them are asked about, and no others. Every
 * command that prices goes through one. A list that was read serves for an hour, and what there is to warn of is told once.
 */
export interface PriceLoader {
  (rows: Iterable<Priced>): Promise<Prices>
  /** Begins to read AWS's list of a Region, so that it is there, or nearer, once rows are to be priced. */
  ahead(region: string): void
}

export function priceLoader(sources: PriceSources = {}): PriceLoader {
  const { places = [], withTags = false } = sources
  const list = listReader(sources)
  const told = new Set<string>()
  const own = (id: string) => sources.profiles && ownProfile(sources.profiles, id)
  const load = async (rows: Iterable<Priced>) => {
    const models = [...modelsByPlace(rows).values()]
    const regions = [...new Set(models.map(({ place }) => place.region))]
    const phase = beginReading(sources, regions)
    const [known, ...profiles] = await Promise.all([
      loadList(list, regions),
      ...models.flatMap(({ place, ids }) => {
        const cx = reachOf(places, place)
        const unknown = [...ids].filter((id) => own(id)?.model === undefined)
        return cx ? [resolveProfiles(cx, place.region, unknown)] : []
      }),
    ]).finally(phase)
    const tagged = await Promise.all(
      models.map(({ place, ids }) => {
        const cx = reachOf(places, place)
        const untold = withTags ? [...ids].filter((id) => own(id)?.tags === undefined) : []
        return cx ? readProfileTags(cx, place, untold) : { tags: [], warnings: untellableTags(untold, place.region) }
      }),
    )
    const tags = new Map(tagged.flatMap((found) => found.tags))
    const resolved = new Map(profiles.flatMap((found) => [...found.models]))
    const ids = models.flatMap((one) => [...one.ids])
    const names = new Map(profiles.flatMap((found) => [...found.names]))
    const lines = profileLines(ids, { models: resolved, names, tags }, own)
    for (const { id, model } of lines) if (model !== undefined) resolved.set(id, model)
    const { book, warnings } = await withOwn(sources, withProfiles(known.book, resolved), {
      used: [...ids, ...resolved.values()],
      modelOf: (id) => (isApplicationProfile(id) ? resolved.get(profileIdOf(id)) : undefined),
    })
    const said = [
      ...(sources.notes ?? []),
      ...known.warnings,
      ...warnings,
      ...[...profiles, ...tagged].flatMap((one) => one.warnings),
    ]
    const news = said.filter(({ code, message }) => !told.has(`${code} ${message}`))
    for (const { code, message } of news) told.add(`${code} ${message}`)
    return { book, warnings: news, profiles: lines }
  }
  return Object.assign(load, { ahead: (region: string) => void list(region) })
}

/** One for each profile or router that something is known of. */
function profileLines(
  ids: readonly string[],
  found: { models: ReadonlyMap<string, string>; names: ReadonlyMap<string, string>; tags: ReadonlyMap<string, Tags> },
  own: (id: string) => OwnProfile | undefined,
): ProfileLine[] {
  const lines = new Map<string, ProfileLine>()
  for (const modelId of ids) {
    if (!isApplicationProfile(modelId) && !isPromptRouter(modelId)) continue
    const id = profileIdOf(modelId)
    const said = own(modelId)
    const { model = found.models.get(id), name = found.names.get(id), tags = found.tags.get(id) } = said ?? {}
    if (model === undefined && name === undefined && tags === undefined) continue
    lines.set(id, {
      id,
      ...(name !== undefined && { name }),
      ...(model !== undefined && { model }),
      ...(tags && { tags }),
    })
  }
  return [...lines.values()]
}

/** Where the application profiles of a place can be asked about: in it, or through another Region of its account. */
function reachOf(places: readonly AwsPlace[], { account, region }: PlaceId): AwsContext | undefined {
  const own = places.find((place) => place.account === account && place.region === region)
  return own ? own.cx : places.find((place) => place.account === account)?.cx.in(region)
}

function modelsByPlace(rows: Iterable<Priced>): Map<string, { place: PlaceId; ids: Set<string> }> {
  const places = new Map<string, { place: PlaceId; ids: Set<string> }>()
  let latest: { place: PlaceId; ids: Set<string> } | undefined
  for (const { dimensions } of rows) {
    const { account, region, model } = dimensions
    // Rows of one place mostly come together, and there may be a year of them by the hour.
    if (latest?.place.account !== account || latest.place.region !== region) {
      const key = placeKey(dimensions)
      latest = places.get(key) ?? { place: dimensions, ids: new Set() }
      places.set(key, latest)
    }
    latest.ids.add(model)
  }
  return places
}

/** Prices, and what of AWS's list prices nothing, by reason. */
type Listed = Prices & { unused(): LeftOutCount[] }

/** The price book of all layers for some Regions: the user's overrides, AWS's price list, what comes with the program. */
export async function loadPrices(sources: PriceSources, regions: readonly string[]): Promise<Listed> {
  const phase = beginReading(sources, regions)
  const known = await loadList(listReader(sources), regions).finally(phase)
  const { book, warnings } = await withOwn(sources, known.book, { used: [], modelOf: () => undefined })
  return { book, warnings: [...(sources.notes ?? []), ...known.warnings, ...warnings], unused: known.unused }
}

type ListReader = (region: string) => ReturnType<typeof readPriceList> | undefined

/** Tells that the list is read, where that is all that goes on; what it gives tells the end. */
function beginReading(sources: PriceSources, regions: readonly string[]): () => void {
  const reader = readerOf(sources)
  if (!reader || regions.length === 0 || sources.live?.within) return () => {}
  reader.emit({ type: 'phase', title: "reading AWS's price list" })
  return () => reader.emit({ type: 'phase-done' })
}

/** Through what AWS's list is read; nothing where it is not. */
const readerOf = ({ places: [first] = [], live }: PriceSources) => (live ? first?.cx : undefined)

/** Reads each Region's list once an hour: what was read is not asked for again, nor is what could not be. */
function listReader(sources: PriceSources): ListReader {
  const reader = readerOf(sources)
  const read = new Map<string, { at: number; answer: ReturnType<typeof readPriceList> }>()
  return (region) => {
    if (!reader) return undefined
    const now = reader.clock.now()
    const known = read.get(region)
    if (known && now - known.at < HOUR_MS) return known.answer
    const answer = readPriceList(reader, region, sources.live?.cache)
    // Who begins to read ahead may never come for it.
    answer.catch(() => {})
    read.set(region, { at: now, answer })
    return answer
  }
}

/** AWS's list of some Regions before what comes with the program. */
async function loadList(list: ListReader, regions: readonly string[]): Promise<Listed> {
  const [packaged, lists] = await Promise.all([
    loadGenaiPrices(),
    Promise.all(regions.flatMap((region) => list(region) ?? [])),
  ])
  const read = lists.flatMap(({ list }) => list ?? [])
  const bundled = bundledBook(packaged, new Set(read.flatMap(({ prices: [first] }) => first?.region ?? [])))
  return {
    book: read.length > 0 ? liveFirst(priceListBook(read), bundled) : bundled,
    warnings: lists.flatMap(({ warnings }) => warnings),
    unused: () => unusedOf(read),
  }
}

/** The user's own prices in front, and which of them are of no model that is known or used. */
async function withOwn(
  { overrides }: PriceSources,
  list: PriceBook,
  { used, modelOf }: { used: readonly string[]; modelOf: (modelId: string) => string | undefined },
): Promise<Prices> {
  if (!overrides) return { book: list, warnings: [] }
  const models = [...knownIds(await packagedIds()), ...used]
  const strays = strayKeys(overrides.prices, models)
  const warnings = strays.map((stray) => strayWarning(stray, overrides.source))
  return { book: withOverrides(overrides, list, modelOf), warnings }
}

function strayWarning({ key, nearest }: StrayKey, source: string): Warning {
  const meant = nearest === null ? '' : `; the nearest is ${nearest}`
  return {
    code: 'price-key-unknown',
    message: `${source}: prices has '${key}', which matches no model that is known or in use${meant}`,
  }
}
