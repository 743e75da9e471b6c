import type { AwsContext } from '../../aws/context.ts'
import { hasCode } from '../../aws/errors.ts'
import { bedrockRegions } from '../../aws/partitions.ts'
import type { Window } from '../../report/model.ts'
import { getWholeData } from '../../report/sources/metrics/get-data.ts'
import { listModels } from '../../report/sources/metrics/list-models.ts'
import { HOUR_MS } from '../../report/window.ts'
import { NOT_ENABLED } from '../../steps/regions.ts'
import type { Attempt, Facts, RegionUse } from '../facts.ts'
import { readLogging } from './destinations.ts'

/** What AWS answers with in a Region that the account has not enabled, or that its organization forbids: it has no use. */
const CLOSED = [...NOT_ENABLED, 'AccessDenied', 'AccessDeniedException']

/** The other Regions of the partition in which Bedrock was used in the window, all asked side by side. */
export async function readElsewhere(
  cx: AwsContext,
  regions: readonly string[],
  window: Window,
  attempt: Attempt,
): Promise<Pick<Facts, 'elsewhere' | 'elsewhereUnread'>> {
  const others = bedrockRegions(regions[0] ?? '').filter((region) => !regions.includes(region))
  const found = await Promise.all(
    others.map((region) =>
      attempt(`the use of Bedrock in ${region}`, unlessClosed(region, useOf(cx.in(region), region, window))),
    ),
  )
  const read = found.filter((use) => use !== undefined)
  return { elsewhere: read.filter(({ invocations }) => invocations > 0), elsewhereUnread: read.length < found.length }
}

async function useOf(cx: AwsContext, region: string, window: Window): Promise<RegionUse> {
  const { models } = await listModels(cx)
  const none = noUseOf(region)
  if (models.length === 0) return none
  const queries = models.map((model) => ({ model, metric: 'Invocations', stat: 'Sum' }))
  const answers = await getWholeData(cx, queries, window, HOUR_MS / 1000)
  const invocations = queries.flatMap((query) => answers.points(query)).reduce((sum, { value }) => sum + value, 0)
  return invocations === 0 ? none : { region, invocations, logging: (await readLogging(cx)) !== null }
}

function noUseOf(region: string): RegionUse {
  return { region, invocations: 0, logging: false }
}

async function unlessClosed(region: string, use: Promise<RegionUse>): Promise<RegionUse> {
  return use.catch((error: unknown) => {
    if (hasCode(error, ...CLOSED)) return noUseOf(region)
    throw error
  })
}
