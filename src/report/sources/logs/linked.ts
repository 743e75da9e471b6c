import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { AwsPlace, SendOptions } from '../../../aws/context.ts'
import { orElse } from '../../../aws/errors.ts'
import { isLinked } from '../../../aws/link.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { arn } from '../../../aws/partitions.ts'
import type { Warning } from '../../../core/events.ts'
import { type PlaceId, placeName } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import { count } from '../../../text/numbers.ts'
import { grouped } from '../../arrange.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import { maybeUsed } from '../places.ts'
import type { ResultRow } from './run-query.ts'

/** Without an answer all is as where nobody is linked. */
const ADVICE: SendOptions = { isAdvice: true }
/** StartQuery takes at most this many log groups. */
const MOST_GROUPS = 50
/** What Insights calls the log group of a record: `111122223333:/aws/bedrock/modelinvocations`. */
const LOG = '@log'

export async function linkedByLogs(hub: AwsPlace, logGroup: string): Promise<string[]> {
  const owners = await retentionsOf(hub, logGroup, true)
  return [...owners.keys()].filter((owner) => owner !== hub.account).sort()
}

/** For how many days a log group of this name keeps its events, by its account; undefined where they never expire. */
async function retentionsOf(
  { account, cx }: AwsPlace,
  logGroupNamePrefix: string,
  includeLinkedAccounts: boolean,
): Promise<Map<string, number | undefined>> {
  const about = { logGroupNamePrefix, ...(includeLinkedAccounts && { includeLinkedAccounts }) }
  const ask = (nextToken: string | undefined) =>
    cx.aws.logs.send(new DescribeLogGroupsCommand({ ...about, nextToken }), ADVICE)
  const found = new Map<string, number | undefined>()
  for await (const { logGroups = [] } of pagesOf('logs:DescribeLogGroups', ask, ({ nextToken }) => nextToken)) {
    for (const { logGroupName, logGroupArn, arn, retentionInDays } of logGroups) {
      const owner = /^arn:[^:]*:logs:[^:]*:(\d{12}):/.exec(logGroupArn ?? arn ?? '')?.[1] ?? account
      if (logGroupName === logGroupNamePrefix) found.set(includeLinkedAccounts ? owner : account, retentionInDays)
    }
  }
  return found
}

/** A place with its log group, or several that are linked to the same hub and so asked in one query. */
export interface LogTarget<Where extends AwsPlace> extends AwsPlace {
  members: readonly [Where, ...Where[]]
}

export function logTargets<Where extends AwsPlace>(places: readonly Where[]): LogTarget<Where>[] {
  const own = places.filter((place) => !isLinked(place)).map((place) => targetOf(place))
  const hubs = grouped(places.filter(isLinked), ({ cx }) => cx.link?.hub)
  const linked = [...hubs.values()].flatMap((members) =>
    Array.from({ length: Math.ceil(members.length / MOST_GROUPS) }, (_, index) =>
      members.slice(index * MOST_GROUPS, (index + 1) * MOST_GROUPS),
    ),
  )
  return [...own, ...linked.flatMap(([first, ...others]) => (first ? [targetOf(first, ...others)] : []))]
}

function targetOf<Where extends AwsPlace>(...members: [Where, ...Where[]]): LogTarget<Where> {
  const [{ account, region, cx }] = members
  return { account, region, cx, members }
}

export function halves<Where extends AwsPlace>({ members }: LogTarget<Where>): LogTarget<Where>[] | undefined {
  if (members.length < 2) return undefined
  const middle = Math.ceil(members.length / 2)
  return [members.slice(0, middle), members.slice(middle)].flatMap(([first, ...others]) =>
    first ? [targetOf(first, ...others)] : [],
  )
}

export function targetName<Where extends AwsPlace>(target: LogTarget<Where>, places: readonly AwsPlace[]): string {
  const { members, region } = target
  return members.length > 1 ? `${region} of ${count(members.length, 'account')}` : placeName(target, places)
}

export function askedGroups<Where extends AwsPlace>(target: LogTarget<Where>, logGroup: string) {
  if (!isLinked(target)) return { logGroupName: logGroup }
  const arnOf = ({ account, region }: PlaceId) => arn(target, 'logs', region, account, `log-group:${logGroup}`)
  return { logGroupIdentifiers: target.members.map(arnOf) }
}

export function apart<Where extends AwsPlace>({ members }: LogTarget<Where>): readonly string[] {
  return members.length > 1 ? [LOG] : []
}

export function ownerIn<Where extends AwsPlace>({
  account,
  region,
  members,
}: LogTarget<Where>): (row: ResultRow) => PlaceId {
  if (members.length === 1) return () => ({ account, region })
  return (row) => ({ account: row[LOG]?.split(':')[0] ?? '', region })
}

const PLACES_AT_ONCE = 8

export async function notKept(
  places: readonly (AwsPlace & { logGroup: string })[],
  window: Window,
): Promise<Warning[]> {
  const warnings = await sideBySide(logTargets(places), PLACES_AT_ONCE, async (target) => {
    const now = target.cx.clock.now()
    const [{ logGroup }] = target.members
    // No log group keeps its events for less than a day.
    if (now - window.start <= DAY_MS + DAY_MS / 24) return []
    const days = await orElse(retentionsOf(target, logGroup, isLinked(target)), () => new Map<string, number>())
    const kept = ({ account }: AwsPlace) => now - (days.get(account) ?? Number.POSITIVE_INFINITY) * DAY_MS
    const aged = target.members.filter((place) => kept(place) > window.start)
    return (await maybeUsed(aged, window)).map((place): Warning => {
      const group = `log group ${logGroup} in ${placeName(place, places)}`
      const message = `${group} keeps events for ${days.get(place.account)} days: what was logged before ${isoTime(kept(place))} is missing`
      return { code: 'retention', message }
    })
  })
  return warnings.flat()
}
