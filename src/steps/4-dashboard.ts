import { DeleteDashboardsCommand, GetDashboardCommand, PutDashboardCommand } from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { tagsFor } from '../aws/ownership.ts'
import type { Resource, Step } from '../core/resource.ts'
import { ADOPTED_LINE, type DashboardBody, dashboardBody, OWNER_LINE } from './dashboard-body.ts'
import { dashboardArn, type Env } from './env.ts'

const GONE = ['ResourceNotFound', 'DashboardNotFoundError']

/** Step 4: one dashboard of the account's use of Bedrock. */
export function dashboard(env: Env): Step<AwsContext> {
  return { id: '4', name: 'dashboard', title: 'dashboard', resources: [usageDashboard(env)] }
}

function usageDashboard(env: Env): Resource<DashboardBody, AwsContext> {
  const DashboardName = env.settings.dashboardName
  const grant = (...actions: string[]) => [{ actions, resources: [dashboardArn(env)] }]

  return {
    step: '4',
    type: 'dashboard',
    name: DashboardName,
    region: 'global',
    holdsData: false,
    needs: [],
    desired: () => dashboardBody(env),

    permissions: () => ({
      read: grant('cloudwatch:GetDashboard'),
      write: grant('cloudwatch:PutDashboard', 'cloudwatch:TagResource'),
      remove: grant('cloudwatch:DeleteDashboards'),
    }),

    async read({ aws }) {
      const found = await orUndefined(aws.cloudwatch.send(new GetDashboardCommand({ DashboardName })), ...GONE)
      const body = found?.DashboardBody
      if (body === undefined) return undefined
      return {
        // The mark of adoption is no difference that has to be mended.
        state: JSON.parse(body.replace(ADOPTED_LINE, OWNER_LINE)) as DashboardBody,
        owner: async () => (body.includes(ADOPTED_LINE) ? 'adopted' : body.includes(OWNER_LINE) ? 'ours' : 'unmarked'),
      }
    },

    async write(cx, have) {
      const adopted = have?.owner === 'unmarked' || have?.owner === 'adopted'
      const body = JSON.stringify(dashboardBody(env))
      const { DashboardValidationMessages: remarks = [] } = await cx.aws.cloudwatch.send(
        new PutDashboardCommand({
          DashboardName,
          DashboardBody: adopted ? body.replace(OWNER_LINE, ADOPTED_LINE) : body,
          // Tags count at creation only, and AWS ignores them later: the line in the body is what tells whose it is.
          ...(!have && { Tags: tagsFor(undefined) }),
        }),
      )
      // Faults of a widget come inside an answer of success.
      for (const { DataPath, Message } of remarks) {
        cx.emit({
          type: 'warning',
          warning: { code: 'dashboard-remark', message: `dashboard ${DashboardName}, ${DataPath}: ${Message}` },
        })
      }
    },

    async remove({ aws }) {
      await orUndefined(aws.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })), ...GONE)
    },
  }
}
