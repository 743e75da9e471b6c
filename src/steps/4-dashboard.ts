import {
  DeleteDashboardsCommand,
  GetDashboardCommand,
  ListTagsForResourceCommand,
  PutDashboardCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch'
import type { AwsContext } from '../aws/context.ts'
import { orUndefined } from '../aws/errors.ts'
import { ADOPTION_KEYS, OF_A_STACK, ownerOf, tagsFor } from '../aws/ownership.ts'
import { AppError } from '../core/errors.ts'
import { type Resource, type Step, wantedState } from '../core/resource.ts'
import { alarms } from './5-alarms.ts'
import { quotaAlarmsAreCertain } from './alarms/quota-alarms.ts'
import { isMarkedAdopted, readBody, written } from './dashboard/adopted.ts'
import { desiredBody, withoutOurs } from './dashboard/body.ts'
import { OWNER_LINE, regionsOn } from './dashboard/ours.ts'
import type { DashboardBody } from './dashboard/widgets.ts'
import { alarmArn, dashboardArn, type Env } from './env.ts'
import { NOTHING_IN_USE } from './use/in-use.ts'

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
  const facts = { logGroup: env.settings.logGroupName, inUse: env.inUse ?? NOTHING_IN_USE, alarmsIn: alarmsIn(env) }
  /** One dashboard shows every Region that was ever set up, and keeps what others have put onto it. */
  const desired = (have?: DashboardBody) =>
    desiredBody(facts, have ? [...env.regions, ...regionsOn(have)] : env.regions, have)
  const others = (have: DashboardBody) => regionsOn(have).filter((region) => !env.regions.includes(region))
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]

  return {
    step: '4',
    type: 'dashboard',
    name: DashboardName,
    region: 'global',
    holdsData: false,
    needs: [],
    foreign: OF_A_STACK,
    desired,
    adopted: (have) => desiredBody(facts, [...env.regions, ...regionsOn(have)], have, true),
    released(have) {
      const regions = others(have)
      return regions.length > 0 ? desiredBody(facts, regions, have, true) : withoutOurs(have)
    },
    remainder(have) {
      const regions = others(have)
      if (regions.length > 0) return desiredBody(facts, regions, have)
      const left = withoutOurs(have)
      return left.widgets.length > 0 ? left : undefined
    },

    permissions: () => ({
      read: grant('cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'),
      write: grant('cloudwatch:PutDashboard', 'cloudwatch:TagResource'),
      remove: grant('cloudwatch:DeleteDashboards', 'cloudwatch:PutDashboard', 'cloudwatch:UntagResource'),
    }),

    async read({ aws }) {
      const found = await orUndefined(aws.cloudwatch.send(new GetDashboardCommand({ DashboardName })), ...GONE)
      if (!found) return undefined
      const body = found.DashboardBody
      // There is no dashboard without one: what is not told is not taken for nothing.
      if (body === undefined) throw withoutBody(DashboardName)
      return {
        state: readBody(body, DashboardName),
        async owner() {
          if (isMarkedAdopted(body)) return 'adopted'
          if (body.includes(OWNER_LINE)) return 'ours'
          // Somebody has rewritten the body: what is left is the tags, where dashboards can have any.
          const list = new ListTagsForResourceCommand({ ResourceARN })
          return ownerOf((await orUndefined(aws.cloudwatch.send(list), ...UNTAGGED))?.Tags)
        },
      }
    },

    async write(cx, have) {
      const { DashboardValidationMessages: remarks = [] } = await cx.aws.cloudwatch.send(
        new PutDashboardCommand({
          DashboardName,
          DashboardBody: written(wantedState(this, have), have?.owner),
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

    async release({ aws }, have) {
      const left = this.released?.(have.state) ?? have.state
      await aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: written(left, have.owner) }))
      if (others(have.state).length > 0) return
      const untag = new UntagResourceCommand({ ResourceARN, TagKeys: [...ADOPTION_KEYS] })
      await orUndefined(aws.cloudwatch.send(untag), ...UNTAGGED)
    },

    async remove({ aws }, have) {
      const left = this.remainder?.(have.state)
      if (left) {
        await aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: written(left, have.owner) }))
        return
      }
      await orUndefined(aws.cloudwatch.send(new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })), ...GONE)
    },
  }
}

/** The alarms that the settings ask for in a Region. Which those are is certain once its use and quotas were looked at. */
function alarmsIn(env: Env) {
  return (region: string) => {
    const here: Env = { ...env, region, regions: [region] }
    const wanted = alarms(here).resources.filter(({ type, wanted }) => type.endsWith('alarm') && wanted !== false)
    const isCertain = quotaAlarmsAreCertain(here) && (env.inUse?.has(region) ?? false)
    return { arns: wanted.map(({ name }) => alarmArn(here, name)), isCertain }
  }
}

function withoutBody(name: string): AppError {
  const message = `cloudwatch:GetDashboard answered for ${name} without a body`
  return new AppError('aws', 'MalformedAnswer', message, { hint: 'run it again; check what answers at the endpoint' })
}
