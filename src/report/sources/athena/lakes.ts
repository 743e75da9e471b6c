import { GetTableCommand } from '@aws-sdk/client-glue'
import type { AwsPlace } from '../../../aws/context.ts'
import { orUndefined } from '../../../aws/errors.ts'
import { isLinked } from '../../../aws/link.ts'
import { AppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { type PlaceId, placeKey, placeName, regionFlag } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { LakeTable } from '../../lake/records.ts'
import { LAKE_COLUMNS } from '../../lake/table.ts'
import type { Window } from '../../model.ts'
import { isNotDelivered, readDeliveries } from '../delivery.ts'
import { askedThemselves } from '../linked.ts'
import { isNotLogged, maybeUsed } from '../places.ts'
import { expired } from '../s3/list.ts'
import type { LakeSettings } from './index.ts'

const PLACES_AT_ONCE = 8

export type Lake = NonNullable<Awaited<ReturnType<typeof findTable>>>
export type Lakes = Awaited<ReturnType<typeof lakesOf>>

export async function findTable(place: AwsPlace, settings: LakeSettings) {
  const { lakeDatabase: database, lakeTable: name, lakeWorkgroup: workGroup } = settings
  const get = new GetTableCommand({ DatabaseName: database, Name: name })
  const found = (await orUndefined(place.cx.aws.glue.send(get), 'EntityNotFoundException'))?.Table
  if (!found) return undefined
  const parameters = new Map(Object.entries(found.Parameters ?? {}))
  // One that was made by hand, or by another version, may lack columns, or have others by these names.
  const types = new Map(found.StorageDescriptor?.Columns?.map(({ Name = '', Type = '' }) => [Name, Type]))
  const hasBodies = LAKE_COLUMNS.every(({ name, type }) => types.get(name) === type)
  const listed = (key: string) => (parameters.get(`projection.${key}.values`) ?? '').split(',').filter(Boolean)
  return {
    ...place,
    table: { database, table: name, hasBodies } satisfies LakeTable,
    workGroup,
    template: parameters.get('storage.location.template') ?? '',
    accounts: listed('account'),
    regions: listed('aws_region'),
    places: [] as readonly PlaceId[],
  }
}

/** The tables that tell of places: their own, else another's (an organization's). @throws AppError without any */
export async function lakesOf(places: readonly AwsPlace[], settings: LakeSettings) {
  const own = new Map<string, Lake>()
  // Linked accounts are in the table that they were found by.
  const asked = new Map(places.map((place) => [placeKey(homeOf(place)), { ...place, ...homeOf(place) }]))
  await sideBySide([...asked.values()], PLACES_AT_ONCE, async (place) => {
    const found = await findTable(place, settings)
    if (found) own.set(placeKey(place), found)
  })
  const within = new Map<Lake, PlaceId[]>()
  const without: AwsPlace[] = []
  for (const place of places) {
    const has = (lake: Lake) => lake.accounts.includes(place.account) && lake.regions.includes(place.region)
    const lake = own.get(placeKey(homeOf(place))) ?? [...own.values()].find(has)
    if (!lake || !has(lake)) without.push(place)
    else within.set(lake, [...(within.get(lake) ?? []), { account: place.account, region: place.region }])
  }
  if (within.size === 0) {
    const where = places.map((place) => placeName(place, places)).join(', ')
    const message = `there is no table ${settings.lakeDatabase}.${settings.lakeTable} of the log of ${where}`
    const hint = `bedrock-monitor setup --lake${regionFlag(places)} makes it; name another with --lake-database and --lake-table; --source s3 reads the bucket without it`
    throw new AppError('failed', 'NoLake', message, { hint })
  }
  const known = await readDeliveries(askedThemselves(places))
  const silent = places.filter((place) => !without.includes(place) && isNotDelivered(known.get(place), 'bucket'))
  return { lakes: [...within].map(([lake, those]) => ({ ...lake, places: those })), without, silent }
}

export async function notCovered({ lakes, without, silent }: Lakes, window: Window): Promise<Warning[]> {
  const among = [...lakes.flatMap(({ places }) => places), ...without]
  const folders = lakes.map(({ cx, account: owner, template }) => {
    const [, bucket = '', root = ''] = /^s3:\/\/([^/]+)\/([^$]*)/.exec(template) ?? []
    return { cx, owner, bucket, root }
  })
  const [uncovered, unlogged, gone] = await Promise.all([
    maybeUsed(without, window),
    maybeUsed(silent, window),
    expired(folders, window),
  ])
  const namesOf = (places: readonly AwsPlace[]) => places.map((place) => placeName(place, among)).sort()
  const message = `no table of the log covers ${namesOf(uncovered).join(', ')}: calls there are not in this report (bedrock-monitor setup --lake${regionFlag(uncovered)} makes one; --lake-accounts and --lake-regions add to it)`
  return [
    ...(uncovered.length > 0 ? [{ code: 'region-without-lake', message } as const] : []),
    ...isNotLogged(namesOf(unlogged), unlogged),
    ...gone,
  ]
}

function homeOf(place: AwsPlace): PlaceId {
  const { account, region, cx } = place
  return { account: isLinked(place) ? (cx.link?.hub.account ?? account) : account, region }
}
