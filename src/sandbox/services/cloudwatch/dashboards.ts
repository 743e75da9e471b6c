import type { CloudWatch } from '@aws-sdk/client-cloudwatch'
import { globalArn } from '../../arn.ts'
import { AwsFault, type Call } from '../../service.ts'
import type { Tags } from '../tags.ts'
import type { Operations } from '../typed.ts'
import { tagsOf } from './alarm-book.ts'
import { checkDashboardBody, type Finding } from './dashboard-body.ts'
import { invalidValue, noSuchDashboard, pagedAs } from './faults.ts'

interface Dashboard {
  body: string
  modified: number
  tags: Tags
}

const PAGE = 1_000

/** The dashboard operations, and a way to a dashboard's tags by its ARN. Dashboards are the same in every Region. */
export function createDashboards(): {
  operations: Operations<CloudWatch>
  tags(arn: string): Tags | undefined
} {
  const dashboards = new Map<string, Dashboard>()
  return {
    operations: {
      PutDashboard: ({ DashboardName = '', DashboardBody = '', Tags }, call) => {
        if (!/^[A-Za-z0-9_-]{1,255}$/.test(DashboardName)) {
          throw invalidInput(`The value ${DashboardName} for field DashboardName contains invalid characters.`, [])
        }
        const { errors, warnings } = checkDashboardBody(DashboardBody)
        if (errors.length > 0) {
          throw invalidInput(
            `The field DashboardBody must be a valid dashboard: ${errors.length} validation errors.`,
            errors,
          )
        }
        const tags = dashboards.get(DashboardName)?.tags ?? tagsOf(Tags)
        dashboards.set(DashboardName, { body: DashboardBody, modified: call.now, tags })
        return { DashboardValidationMessages: warnings }
      },
      GetDashboard: ({ DashboardName = '' }, call) => {
        const dashboard = dashboards.get(DashboardName)
        if (!dashboard) throw noSuchDashboard(DashboardName)
        return { DashboardName, DashboardArn: arnFor(DashboardName, call), DashboardBody: dashboard.body }
      },
      ListDashboards: ({ DashboardNamePrefix = '', NextToken }, call) => {
        const found = [...dashboards].filter(([name]) => name.startsWith(DashboardNamePrefix)).sort()
        const all = found.map(([name, { body, modified }]) => ({
          DashboardName: name,
          DashboardArn: arnFor(name, call),
          LastModified: new Date(modified),
          Size: Buffer.byteLength(body),
        }))
        return pagedAs('DashboardEntries', all, NextToken, PAGE)
      },
      /** All or none: one unknown name and nothing is deleted. */
      DeleteDashboards: ({ DashboardNames = [] }) => {
        if (DashboardNames.length === 0) throw invalidValue('DashboardNames must not be empty.')
        const unknown = DashboardNames.find((name) => !dashboards.has(name))
        if (unknown !== undefined) throw noSuchDashboard(unknown)
        for (const name of DashboardNames) dashboards.delete(name)
      },
    },
    tags: (arn) => dashboards.get(/:dashboard\/(.+)$/.exec(arn)?.[1] ?? '')?.tags,
  }
}

function arnFor(name: string, call: Call): string {
  return globalArn('cloudwatch', call, `dashboard/${name}`)
}

function invalidInput(message: string, findings: readonly Finding[]): AwsFault {
  return new AwsFault('DashboardInvalidInputError', message, 400, { dashboardValidationMessages: findings })
}
