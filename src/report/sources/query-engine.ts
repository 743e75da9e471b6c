import type { AwsPlace } from '../../aws/context.ts'
import { AppError, isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { type PlaceId, placeKey } from '../../core/place.ts'
import type { Window } from '../model.ts'
import type { AskedOfQuery, QueryRow, RawRow } from '../queries/answer.ts'
import { callsQuery } from '../queries/price-groups.ts'
import { type QueryParameters, queryText, type ReadyQuery } from '../queries/ready-query.ts'
import { isNotDelivered, type KnownDelivery } from './delivery.ts'
import { apart, askedGroups, halves, type LogTarget, logTargets, ownerIn, targetName } from './logs/linked.ts'
import { LONGEST_QUERY, type QueryAnswer, runQuery } from './logs/run-query.ts'
import type { Priced, Prices } from './prices.ts'
import type { Tell } from './progress.ts'

export interface ReadyRequest extends AskedOfQuery {
  query: ReadyQuery
  places: readonly AwsPlace[]
  engine?: QueryEngine | undefined
  logGroup: string
  deliveries?: ReadonlyMap<AwsPlace, KnownDelivery> | undefined
  /** The log no longer has all of the window: sums of it are floors. */
  isPart?: boolean
  window: Window
  /** An order of the rows other than the query's own, of those that it gives. */
  order?: ((a: QueryRow, b: QueryRow) => number) | undefined
  prices(rows: readonly Priced[]): Promise<Prices>
}

export interface QueryEngine<Target extends AwsPlace = AwsPlace> {
  label: string
  longest: number
  targets: readonly Target[]
  nameOf(target: Target): string
  halves?(target: Target): readonly Target[] | undefined
  /** What is called there is not logged any more; of a target, and of the place of a row. */
  isSilent?(target: Target): boolean
  isPart?(place: PlaceId): boolean
  covers(target: Target, place: PlaceId): boolean
  ownerIn(target: Target): (row: RawRow) => PlaceId
  /** The text of a query, and of what asks which models were called on which terms. */
  textOf(target: Target, query: ReadyQuery | 'terms', parameters: QueryParameters): QueryText
  run(target: Target, text: QueryText, rows: number, tell: Tell): Promise<QueryAnswer>
  warnings?(): readonly Warning[]
}

export interface QueryText {
  sql: string
  /** The names of its columns in order, where the answer does not have them. */
  columns?: readonly string[]
  without?: QueryText
}

export function insights({ places, logGroup, window, deliveries }: ReadyRequest): QueryEngine<LogTarget<AwsPlace>> {
  const silent = places.filter((place) => isNotDelivered(deliveries?.get(place), 'logGroup'))
  return {
    label: logGroup,
    longest: LONGEST_QUERY,
    targets: logTargets(places),
    nameOf: (target) => targetName(target, places),
    halves,
    isSilent: ({ members }) => members.some((place) => silent.includes(place)),
    isPart: isAmong(silent),
    // A price is the same in all accounts of a Region, and those of a target are not told apart here.
    covers: ({ members, account, region }, place) =>
      place.region === region && (members.length > 1 || place.account === account),
    ownerIn,
    textOf: (target, query, parameters) => ({
      sql:
        query === 'terms' ? callsQuery(parameters, window) : queryText(query, { ...parameters, apart: apart(target) }),
    }),
    run(target, { sql }, limit, tell) {
      const groups = { region: target.region, logGroup, groups: askedGroups(target, logGroup), limit }
      return runQuery(target.cx, groups, sql, window, tell).catch((error) => {
        // The report can turn to other sources; a query asks the log and nothing else.
        if (!isAppError(error) || error.code !== 'NoLogGroup') throw error
        const hint = `turn logging on with bedrock-monitor setup --region ${target.region}, or name another group with --log-group-name`
        throw new AppError(error.kind, error.code, error.message, { hint, cause: error })
      })
    },
  }
}

export function isAmong(places: readonly PlaceId[]): (place: PlaceId) => boolean {
  const keys = new Set(places.map(placeKey))
  return (place) => keys.has(placeKey(place))
}
