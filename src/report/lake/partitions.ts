import type { PlaceId } from '../../core/place.ts'
import type { Window } from '../model.ts'
import { hoursOf } from '../sources/s3/folders.ts'
import { listOf, literal } from './sql.ts'

export const LAST_DAYS = `day >= date_format(current_timestamp - INTERVAL '7' DAY, '%Y/%m/%d')`

export function daysOf(window: Window): string {
  const { first, last } = hoursOf(window)
  return `${literal(dayOf(first))} AND ${literal(dayOf(last))}`
}

export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '/')
}

/** Conditions on account and Region alone, so that no other partition is read. */
export function partitions(places: readonly PlaceId[]): string[] {
  const distinct = (of: (place: PlaceId) => string) => [...new Set(places.map(of))].sort()
  const accountsIn = new Map<string, string[]>()
  for (const region of distinct((place) => place.region)) {
    const accounts = listOf(distinct(({ account, region: own }) => (own === region ? account : '')).filter(Boolean))
    accountsIn.set(accounts, [...(accountsIn.get(accounts) ?? []), region])
  }
  const each = [...accountsIn].map(
    ([accounts, regions]) => `(account IN (${accounts}) AND aws_region IN (${listOf(regions)}))`,
  )
  return [
    `account IN (${listOf(distinct(({ account }) => account))})`,
    `aws_region IN (${listOf(distinct(({ region }) => region))})`,
    ...(each.length > 1 ? [`(${each.join(' OR ')})`] : []),
  ]
}
