import type { Context } from './context.ts'

export interface PlaceId {
  readonly account: string
  readonly region: string
}

/** Where something is read or written, and how it is reached there; one account in one Region is the list of one. */
export interface Place<Cx extends Context = Context> extends PlaceId {
  readonly cx: Cx
}

export function placesIn<Cx extends Context & { in(region: string): Cx }>(
  cx: Cx,
  account: string,
  regions: readonly string[],
): Place<Cx>[] {
  return regions.map((region) => ({ account, region, cx: cx.in(region) }))
}

/** Tells one place from another: the same text for the same place. */
export function placeKey({ account, region }: PlaceId): string {
  return JSON.stringify([account, region])
}

export function accountsOf(places: readonly PlaceId[]): string[] {
  return [...new Set(places.map(({ account }) => account))]
}

export function regionsOf(places: readonly PlaceId[]): string[] {
  return [...new Set(places.map(({ region }) => region))]
}

/** The flag of the Regions in which something is to be run, where they are few enough for a line that is read. */
export function regionFlag(places: readonly PlaceId[]): string {
  const regions = regionsOf(places).sort()
  return regions.length > 3 ? '' : ` --region ${regions.join(',')}`
}

/** A place in words: its Region, and its account too where there are several. */
export function placeName({ account, region }: PlaceId, among: readonly PlaceId[]): string {
  return accountsOf(among).length > 1 ? `${region} of ${account}` : region
}
