import { arn } from '../../../aws/partitions.ts'
import type { Grant } from '../../../core/resource.ts'
import { RATES } from '../../calls.ts'
import { OF_RECORDS } from '../../grouping.ts'
import { LOGGING_GRANTS, type Source } from '../source.ts'

/** For windows of more than a day: what the log group still keeps of them. */
export const RETENTION_GRANT: Grant = { actions: ['logs:DescribeLogGroups'], resources: ['*'] }

export const logs: Source<{ logGroupName: string }> = {
  name: 'logs',
  groupings: [...OF_RECORDS, 'tier'],
  tellsNot: 'the invocation log does not have it',
  settings: ['logGroupName'],
  bills: [RATES.bytesScanned],
  ifIncomplete: 'run it again',
  async linked(hub, { logGroupName }) {
    const { linkedByLogs } = await import('./linked.ts')
    return linkedByLogs(hub, logGroupName)
  },
  grants(scope) {
    // Linked accounts share the group of that name. An account whose role is assumed is asked about itself alone.
    const owner = scope.readsLinked ? '*' : scope.accountId
    const group = arn(scope, 'logs', scope.region, owner, `log-group:${scope.settings.logGroupName}`)
    return [
      ...LOGGING_GRANTS,
      ...(scope.readsLinked ? [{ actions: ['logs:DescribeLogGroups'], resources: ['*'] }] : []),
      RETENTION_GRANT,
      { actions: ['logs:StartQuery'], resources: [group, `${group}:*`] },
      // Queries under way know no resource.
      { actions: ['logs:GetQueryResults', 'logs:StopQuery'], resources: ['*'] },
    ]
  },
  async open({ cx, signIn }) {
    const { readDeliveries } = await import('../delivery.ts')
    const { askedThemselves } = await import('../linked.ts')
    const { readLogs } = await import('./read.ts')
    const { places, settings, given } = await signIn()
    const known = await readDeliveries(askedThemselves(places))
    const isNamed = given.has('logGroupName')
    const groups = places.map((place) => {
      const configured = known.get(place)
      const told = typeof configured === 'object' && 'logGroup' in configured ? configured.logGroup : undefined
      const logGroup = (isNamed ? undefined : told) ?? settings.logGroupName
      return { ...place, logGroup, ...(configured && { configured }) }
    })
    return { places, read: (question) => readLogs(cx, groups, question) }
  },
}
