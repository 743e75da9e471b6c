import { GetProductsCommand } from '@aws-sdk/client-pricing'
import type { AwsContext, AwsPlace } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { partitionOf } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey } from '../../core/place.ts'
import type { Dimensions } from '../model.ts'
import type { PriceBook } from '../prices/book.ts'
import { bundledBook } from '../prices/bundled.ts'
import { loadGenaiPrices, packagedIds } from '../prices/genai-prices.ts'
import { knownIds } from '../prices/listing.ts'
import {
  isApplicationProfile,
  isPromptRouter,
  type OwnProfile,
  type OwnProfiles,
  ownProfile,
  profileIdOf,
  withProfiles,
} from '../prices/model-id.ts'
import { strayKeys } from '../prices/override-keys.ts'
import { priceListBook, unusedOf } from '../prices/price-list/book.ts'
import { liveFirst } from '../prices/price-list/live-first.ts'
import { parseProduct, type ReadProduct } from '../prices/price-list/products.ts'
import { decodePrices, encodePrices, type RegionPrices, remember } from '../prices/price-list/seen.ts'
import { countLeftOut, type LeftOutCount } from '../prices/price-list/usage-type.ts'
import { type OwnPrices, withOverrides } from '../prices/with-overrides.ts'
import type { ProfileLine } from '../view.ts'
import { DAY_MS, HOUR_MS } from '../window.ts'
import { readProfileTags, resolveProfiles, type Tags } from './profiles.ts'

/** All three are needed: models are spread over them, and a code that is wrong or retired answers an empty list. */
const SERVICE_CODES = ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService']

/** Where small texts are kept from one run to the next. Neither call may throw: what cannot be kept is read again. */
export interface TextCache {
  read(name: string): Promise<string | undefined>
  /** @returns why it could not be kept, where it could not */
  write(name: string, text: string): Promise<string | undefined>
}

/** From the cache for a day; earlier days stay known. What cannot be read is a warning; throws when interrupted. */
export async function readPriceList(
  cx: AwsContext,
  region: string,
  cache?: TextCache,
): Promise<{ list?: RegionPrices; warnings: Warning[] }> {
  if (!partitionOf(region).hasPriceList) return { warnings: [unavailable(region, 'its partition has no price list')] }
  const name = `price-list-${region}.json`
  const now = cx.clock.now()
  const stored = decodePrices((await cache?.read(name)) ?? '', region)
  // What was kept by a clock that was ahead tells of no day.
  const kept = stored && stored.readAt <= now ? stored : undefined
  if (kept && now - kept.readAt < DAY_MS) return { list: kept, warnings: [] }
  const reading = async () => {
    const read = (await Promise.all(SERVICE_CODES.map((code) => readService(cx, code, region)))).flat()
    const listed = read.flatMap(({ prices }) => prices).filter((price) => price.region === region)
    const leftOut = countLeftOut(read.flatMap((product) => product.leftOut ?? []))
    const list = { prices: remember(kept?.prices ?? [], listed, now), leftOut, readAt: now }
    if (listed.length === 0) return { list, warnings: [unavailable(region, 'AWS lists no prices')] }
    await cache?.write(name, encodePrices(list))
    return { list, warnings: [] }
  }
  return orElse(reading(), ({ message, hint }) => ({ warnings: [unavailable(region, message, hint)] }))
}

async function readService(cx: AwsContext, serviceCode: string, region: string): Promise<ReadProduct[]> {
  const read: ReadProduct[] = []
  const Filters = [{ Type: 'TERM_MATCH' as const, Field: 'regionCode', Value: region }]
  const about = { ServiceCode: serviceCode, FormatVersion: 'aws_v1', Filters }
  const ask = (NextToken: string | undefined) => cx.aws.pricing.send(new GetProductsCommand({ ...about, NextToken }))
  for await (const page of pagesOf('pricing:GetProducts', ask, ({ NextToken }) => NextToken)) {
    // The SDK may hand out JSON members as String objects of its own.
    for (const product of page.PriceList ?? []) read.push(parseProduct(String(product)))
  }
  return read
}

function unavailable(region: string, why: string, hint?: string): Warning {
  const mend = hint === undefined ? '' : ` (${hint})`
  const message = `the AWS Price List for ${region} could not be used: ${why}${mend}; bundled prices are used`
  return { code: 'price-list-unavailable', message }
}

export interface PriceSources {
  overrides?: OwnPrices
  profiles?: OwnProfiles
  withTags?: boolean
  /** Where AWS can be asked which models application profiles stand for; left out where there is no account. */
  places?: readonly AwsPlace[]
  /** Reads AWS's price list through the first of the places; left out when offline. `within`: in the course of something else. */
  live?: { cache?: TextCache; within?: boolean }
  notes?: readonly Warning[]
}

export interface Prices {
  book: PriceBook
  warnings: readonly Warning[]
  /** What is known of the application profiles and prompt routers among what was priced. */
  profiles?: ProfileLine[]
}

/** With what AWS's lists have and price nothing by. */
type Listed = Prices & { unused(): LeftOutCount[] }

export type Priced = { dimensions: Pick<Dimensions, 'model' | 'account' | 'region'> }

export type PriceLoader = ReturnType<typeof priceLoader>

/** Prices of what rows tell of. A list serves for an hour, and each warning is told once. */
export function priceLoader(sources: PriceSources = {}) {
  const { places = [], withTags = false } = sources
  const reader = sources.live ? places[0]?.cx : undefined
  const list = listReader(reader, sources.live?.cache)
  const told = new Set<string>()
  const own = (id: string) => sources.profiles && ownProfile(sources.profiles, id)
  const load = async (rows: Iterable<Priced>): Promise<Listed> => {
    const models = [...modelsByPlace(rows).values()]
    const regions = [...new Set(models.map(({ place }) => place.region))]
    const isTold = reader !== undefined && regions.length > 0 && !sources.live?.within
    if (isTold) reader.emit({ type: 'phase', title: "reading AWS's price list" })
    const [known, ...profiles] = await Promise.all([
      loadList(list, regions),
      ...models.flatMap(({ place, ids }) => {
        const cx = reachOf(places, place)
        const unknown = [...ids].filter((id) => own(id)?.model === undefined)
        return cx ? [resolveProfiles(cx, place.region, unknown)] : []
      }),
    ]).finally(() => isTold && reader.emit({ type: 'phase-done' }))
    const tagged = await Promise.all(
      models.map(({ place, ids }) => {
        const cx = reachOf(places, place)
        return readProfileTags(cx, place, withTags ? [...ids].filter((id) => own(id)?.tags === undefined) : [])
      }),
    )
    const tags = new Map(tagged.flatMap((found) => found.tags))
    const resolved = new Map(profiles.flatMap((found) => [...found.models]))
    const ids = models.flatMap((one) => [...one.ids])
    const names = new Map(profiles.flatMap((found) => [...found.names]))
    const lines = profileLines(ids, { models: resolved, names, tags }, own)
    for (const { id, model } of lines) if (model !== undefined) resolved.set(id, model)
    const { book, warnings } = await withOwn(sources, withProfiles(known.book, resolved), {
      used: [...ids, ...resolved.values()].filter((id) => id !== ''),
      modelOf: (id) => (isApplicationProfile(id) ? resolved.get(profileIdOf(id)) : undefined),
    })
    const found = [known, { warnings }, ...profiles, ...tagged]
    const said = [...(sources.notes ?? []), ...found.flatMap((one) => one.warnings)]
    const news = said.filter(({ code, message }) => !told.has(`${code} ${message}`))
    for (const { code, message } of news) told.add(`${code} ${message}`)
    return { book, warnings: news, profiles: lines, unused: known.unused }
  }
  /** Begins to read AWS's list of a Region, so that it is there, or nearer, once rows are to be priced. */
  return Object.assign(load, { ahead: (region: string): void => void list(region) })
}

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
    const named = { ...(name !== undefined && { name }), ...(model !== undefined && { model }) }
    lines.set(id, { id, ...named, ...(tags && { tags }) })
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

/** Prices of whatever may be used in Regions. */
export function loadPrices(sources: PriceSources, regions: readonly string[]): Promise<Listed> {
  return priceLoader(sources)(regions.map((region) => ({ dimensions: { model: '', account: '', region } })))
}

function listReader(reader: AwsContext | undefined, cache: TextCache | undefined) {
  const read = new Map<string, { at: number; answer: ReturnType<typeof readPriceList> }>()
  return (region: string) => {
    if (!reader) return undefined
    const now = reader.clock.now()
    const known = read.get(region)
    if (known && now - known.at < HOUR_MS) return known.answer
    const answer = readPriceList(reader, region, cache)
    // Who begins to read ahead may never come for it.
    answer.catch(() => {})
    read.set(region, { at: now, answer })
    return answer
  }
}

async function loadList(list: ReturnType<typeof listReader>, regions: readonly string[]): Promise<Listed> {
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

async function withOwn(
  { overrides }: PriceSources,
  list: PriceBook,
  { used, modelOf }: { used: readonly string[]; modelOf: (modelId: string) => string | undefined },
): Promise<Prices> {
  if (!overrides) return { book: list, warnings: [] }
  const models = [...knownIds(await packagedIds()), ...used]
  const strays = strayKeys(overrides.prices, models)
  const warnings = strays.map(({ key, nearest }): Warning => {
    const meant = nearest === null ? '' : `; the nearest is ${nearest}`
    const message = `${overrides.source}: prices has '${key}', which matches no model that is known or in use${meant}`
    return { code: 'price-key-unknown', message }
  })
  return { book: withOverrides(overrides, list, modelOf), warnings }
}
