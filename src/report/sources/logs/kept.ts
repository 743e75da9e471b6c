import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { AwsPlace, SendOptions } from '../../../aws/context.ts'
import { isLinked } from '../../../aws/link.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { placeName } from '../../../core/place.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import { maybeUsed } from '../places.ts'
import { type LogTarget, logTargets } from './linked.ts'

const PLACES_AT_ONCE = 8
const ADVICE: SendOptions = { isAdvice: true }

/** Says of log groups that they no longer keep all of a window. CloudWatch answers as if there had been nothing before. */
export async function notKept(places: readonly Member[], window: Window): Promise<Warning[]> {
  const warnings = await sideBySide(logTargets(places), PLACES_AT_ONCE, async (target) => {
    const now = target.cx.clock.now()
    // No log group keeps its events for less than a day.
    if (now - window.start <= DAY_MS + DAY_MS / 24) return []
    const retentions = await retentionsOf(target)
    const keptBy = (place: Member) => now - (retentions.get(place) ?? Number.POSITIVE_INFINITY) * DAY_MS
    const aged = await maybeUsed(
      target.members.filter((place) => keptBy(place) > window.start),
      window,
    )
    return aged.map((place): Warning => {
      const group = `log group ${place.logGroup} in ${placeName(place, places)}`
      const message = `${group} keeps events for ${retentions.get(place)} days: what was logged before ${isoTime(keptBy(place))} is missing`
      return { code: 'retention', message }
    })
  })
  return warnings.flat()
}

type Member = AwsPlace & { logGroup: string }

/** In days; none where events never expire, or where that may not be asked. */
async function retentionsOf(target: LogTarget<Member>): Promise<Map<Member, number | undefined>> {
  const { cx, members } = target
  const [{ logGroup }] = members
  const about = { logGroupNamePrefix: logGroup, ...(isLinked(target) && { includeLinkedAccounts: true }) }
  const ask = (nextToken: string | undefined) =>
    cx.aws.logs.send(new DescribeLogGroupsCommand({ ...about, nextToken }), ADVICE)
  const found = new Map<Member, number | undefined>()
  try {
    for await (const { logGroups = [] } of pagesOf('logs:DescribeLogGroups', ask, ({ nextToken }) => nextToken)) {
      for (const { logGroupName, arn = '', retentionInDays } of logGroups) {
        if (logGroupName !== logGroup) continue
        const isTheirs = ({ account }: Member) => !isLinked(target) || arn.includes(`:${account}:`)
        for (const member of members.filter(isTheirs)) found.set(member, retentionInDays)
      }
      if (found.size === members.length) break
    }
  } catch (error) {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
  }
  return found
}
