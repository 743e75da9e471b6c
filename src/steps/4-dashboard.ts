import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { ownerOf, tagsFor } from '../aws/ownership.ts'
import type { Resource, Step } from '../core/resource.ts'
import { ADOPTED_LINE, type DashboardBody, dashboardBody, OWNER_LINE } from './dashboard-body.ts'
import { dashboardArn, type Env } from './env.ts'

const GONE = ['ResourceNotFound', 'DashboardNotFoundError']
/** What a dashboard's tags are answered with where dashboards have none. */
const UNTAGGED = ['ResourceNotFoundException', 'ResourceNotFound']

/** Step 4: one dashboard of the account's use of Bedrock. */
export function dashboard(env: Env): Step<AwsContext> {
  return { id: '4', name: 'dashboard', title: 'dashboard', resources: [usageDashboard(env)] }
}

function usageDashboard(env: Env): Resource<DashboardBody, AwsContext> {
  const DashboardName = env.settings.dashboardName
  const ResourceARN = dashboardArn(env)
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]

  return {
    step: '4',
    type: 'dashboard',
    name: DashboardName,
    region: 'global',
    holdsData: false,
    needs: [],
    desired: () => dashboardBody(env),

    permissions: () => ({
      read: grant('cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'),
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
        async owner() {
          if (body.includes(ADOPTED_LINE)) return 'adopted'
          if (body.includes(OWNER_LINE)) return 'ours'
          // Somebody has rewritten the body: what is left is the tags, where dashboards can have any.
          const list = new ListTagsForResourceCommand({ ResourceARN })
          return ownerOf((await orUndefined(aws.cloudwatch.send(list), ...UNTAGGED))?.Tags)
        },
      }
    },

    async write(cx, have) {
      const adopted = have?.owner === 'unmarked' || have?.owner === 'adopted'
      const body = JSON.stringify(dashboardBody(env))
      const { DashboardValidationMessages: remarks = [] } = await cx.aws.cloudwatch.send(
        new PutDashboardCommand({
          DashboardName,
          DashboardBody: adopted ? body.replace(OWNER_LINE, ADOPTED_LINE) : body,
          // Counted at creation only. Not every partition knows tags of dashboards: the line in the body tells first.
          ...(!have && { Tags: tagsFor(undefined) }),
        }),
      )
      if (have?.owner === 'unmarked') {
        const tag = new TagResourceCommand({ ResourceARN, Tags: tagsFor(have.owner) })
        await orUndefined(cx.aws.cloudwatch.send(tag), ...UNTAGGED)
      }
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
