import { DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import type { AwsPlace, SendOptions } from '../../../aws/context.ts'
import { pagesOf } from '../../../aws/pages.ts'
import { isAppError } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { sideBySide } from '../../../core/side-by-side.ts'
import type { Window } from '../../model.ts'
import { DAY_MS, isoTime } from '../../window.ts'
import { askedThemselves } from '../linked.ts'
import { maybeUsed } from '../places.ts'

const PLACES_AT_ONCE = 8
const ADVICE: SendOptions = { isAdvice: true }

/** Says of log groups that they no longer keep all of a window. CloudWatch answers as if there had been nothing before. */
export async function notKept(
  places: readonly (AwsPlace & { logGroup: string })[],
  window: Window,
): Promise<Warning[]> {
  const warnings = await sideBySide(askedThemselves(places), PLACES_AT_ONCE, async (place) => {
    const now = place.cx.clock.now()
    // No log group keeps its events for less than a day.
    if (now - window.start <= DAY_MS + DAY_MS / 24) return []
    const days = await retentionOf(place)
    const kept = now - (days ?? Number.POSITIVE_INFINITY) * DAY_MS
    if (kept <= window.start || (await maybeUsed([place], window)).length === 0) return []
    const message = `log group ${place.logGroup} in ${place.region} keeps events for ${days} days: what was logged before ${isoTime(kept)} is missing`
    return [{ code: 'retention', message } as const]
  })
  return warnings.flat()
}

/** In days; undefined where events never expire, or where that may not be asked. */
async function retentionOf({ cx, logGroup }: AwsPlace & { logGroup: string }): Promise<number | undefined> {
  const ask = (nextToken: string | undefined) =>
    cx.aws.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroup, nextToken }), ADVICE)
  try {
    for await (const { logGroups = [] } of pagesOf('logs:DescribeLogGroups', ask, ({ nextToken }) => nextToken)) {
      const found = logGroups.find(({ logGroupName }) => logGroupName === logGroup)
      if (found) return found.retentionInDays
    }
  } catch (error) {
    if (!isAppError(error) || error.kind === 'interrupted') throw error
  }
  return undefined
}
