import type { AwsPlace } from '../../aws/context.ts'
import { usageError } from '../../core/errors.ts'
import { accountsOf, type PlaceId, placeName } from '../../core/place.ts'
import { policyId } from '../features.ts'
import { type Where, whereFitter, whereNamed, whereText } from '../where.ts'
import type { AnySource, SourceSettings } from './index.ts'
import { withLinked } from './linked.ts'
import { metered } from './metered.ts'
import type { PriceSources } from './prices.ts'
import type { SourceReading, SourceSession } from './source.ts'

export type ReportSession = SourceSession<SourceSettings>

/** Where prices come from, given where AWS is asked. */
export type PricesFrom = (places: readonly AwsPlace[]) => Promise<PriceSources>

/** The session in the places asked for, linked ones too, with an ear for what AWS bills of its calls. */
export function meterOf(session: ReportSession, source: AnySource, asked: Where | undefined) {
  const billed: ReadonlyMap<string, number>[] = []
  const heard = ({ cx, ...place }: AwsPlace): AwsPlace => {
    const meter = metered(cx)
    billed.push(meter.billed)
    return { ...place, cx: meter.cx }
  }
  let reached: Pick<Awaited<ReturnType<typeof withLinked>>, 'accounts' | 'warnings'> = { accounts: [], warnings: [] }
  const signIn: ReportSession['signIn'] = async () => {
    const signed = await session.signIn()
    const where = whereNamed(asked, signed.accounts)
    const [isWanted, isIn] = [placeFitter(where), placeFitter(where?.region ? { region: where.region } : {})]
    const linked = signed.linked && { ...signed.linked, hubs: signed.linked.hubs.filter(isIn).map(heard) }
    const find = async (hub: AwsPlace) => {
      const accounts = (await source.linked?.(hub, signed.settings)) ?? []
      return accounts.filter((account) => isWanted({ account, region: hub.region }))
    }
    const own = { ...signed, places: signed.places.map(heard), linked }
    const found = await withLinked(own, source.linked && find, source.linkedBy)
    reached = found
    return { ...signed, places: placesWhere(found.places, where, asked), accounts: found.accounts }
  }
  return { session: { ...session, signIn }, billed, reached: () => reached }
}

/** Which models were used where is only known once the rows are read. */
export async function pricesOf(
  { prices }: { prices?: PricesFrom | undefined },
  places: readonly AwsPlace[],
  readings: readonly SourceReading[],
  withTags: boolean,
) {
  const { priceLoader } = await import('./prices.ts')
  const load = priceLoader({ ...(await prices?.(places)), withTags })
  return load({
    *[Symbol.iterator]() {
      for (const { rows, used, besides } of readings) {
        yield* used?.map((dimensions) => ({ dimensions })) ?? rows
        for (const { policy, account, region } of besides?.policies ?? []) {
          yield { dimensions: { model: policyId(policy), account, region } }
        }
      }
    },
  })
}

function placeFitter({ account, region }: Where = {}): (place: PlaceId) => boolean {
  const fits = whereFitter({ ...(account && { account }), ...(region && { region }) })
  return (place) => fits({ account: place.account, region: place.region })
}

function placesWhere(places: readonly AwsPlace[], where: Where = {}, typed: Where = where): readonly AwsPlace[] {
  const left = places.filter(placeFitter(where))
  if (left.length > 0 || places.length === 0) return left
  const asked = where.region ? places.map((place) => placeName(place, places)) : accountsOf(places)
  throw usageError(
    `--where ${whereText(typed)}: nothing matches; the report covers ${asked.join(', ')}`,
    `pass ${where.region ? '--region' : '--accounts'}, or another pattern`,
  )
}
