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
import { adoptionKeys, OF_A_STACK, ourKeys, tagsFor, whose } from '../aws/ownership.ts'
import { parseDocument } from '../aws/raw-json.ts'
import { AppError } from '../core/errors.ts'
import { type Owner, type Resource, type Step, wantedState } from '../core/resource.ts'
import { count } from '../text/numbers.ts'
import { alarms } from './5-alarms.ts'
import { quotaAlarmsAreCertain } from './alarms/quota-alarms.ts'
import { desiredBody, withoutOurs } from './dashboard/body.ts'
import { BEFORE, OWNER_LINE, regionsOn } from './dashboard/ours.ts'
import type { DashboardBody } from './dashboard/widgets.ts'
import { alarmArn, dashboardArn, type Env } from './env.ts'
import { NOTHING_IN_USE } from './use/in-use.ts'

const GONE = ['ResourceNotFound', 'DashboardNotFoundError']
/** What a dashboard's tags are answered with where dashboards have none. */
const UNTAGGED = ['ResourceNotFoundException', 'ResourceNotFound']

export function dashboard(env: Env): Step<AwsContext> {
  return { id: '4', name: 'dashboard', title: 'dashboard', resources: [usageDashboard(env)] }
}

function usageDashboard(env: Env): Resource<DashboardBody, AwsContext> {
  const DashboardName = env.settings.dashboardName
  const ResourceARN = dashboardArn(env)
  const facts = {
    logGroup: env.settings.logGroupName,
    inUse: env.inUse ?? NOTHING_IN_USE,
    featuresInUse: env.featuresInUse ?? new Map(),
    alarmsIn: alarmsIn(env),
  }
  /** One dashboard shows every Region that was ever set up, and keeps what others have put onto it. */
  const desired = (have?: DashboardBody) => {
    const own = have && ofOurs(have)
    return desiredBody(facts, own ? [...env.regions, ...regionsOn(own)] : env.regions, own)
  }
  const others = (have: DashboardBody) => regionsOn(have).filter((region) => !env.regions.includes(region))
  const grant = (...actions: string[]) => [{ actions, resources: [ResourceARN] }]
  const put = ({ aws }: AwsContext, body: DashboardBody, owner: Owner | undefined, more = {}) =>
    aws.cloudwatch.send(new PutDashboardCommand({ DashboardName, DashboardBody: written(body, owner), ...more }))
  const tags = async ({ cloudwatch }: AwsContext['aws']) =>
    (await orUndefined(cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN })), ...UNTAGGED))?.Tags

  return {
    step: '4',
    type: 'dashboard',
    name: DashboardName,
    region: 'global',
    foreign: OF_A_STACK,
    summary: ({ widgets }) => count(widgets.length, 'widget'),
    desired,
    adopted: (have) => desiredBody(facts, [...env.regions, ...regionsOn(have)], have, true),
    released(have) {
      const regions = others(have)
      return regions.length > 0 ? desiredBody(facts, regions, have, true) : withoutOurs(have)
    },
    remainder(have) {
      const own = ofOurs(have)
      const regions = others(own)
      if (regions.length > 0) return desiredBody(facts, regions, own)
      const left = withoutOurs(own)
      return left.widgets.length > 0 ? { ...have, ...left } : undefined
    },

    // Dashboards of a template have no tags: the body says whose it is.
    template: (want) => [
      {
        type: 'AWS::CloudWatch::Dashboard',
        id: DashboardName,
        properties: { DashboardName, DashboardBody: written(want, 'ours').replaceAll(OWNER_LINE, TEMPLATE_LINE) },
      },
    ],

    permissions: () => ({
      read: grant('cloudwatch:GetDashboard', 'cloudwatch:ListTagsForResource'),
      write: grant('cloudwatch:PutDashboard', 'cloudwatch:TagResource'),
      remove: grant('cloudwatch:DeleteDashboards', 'cloudwatch:PutDashboard', 'cloudwatch:UntagResource'),
    }),

    marks: adoptionKeys,

    async read({ aws }) {
      const found = await orUndefined(aws.cloudwatch.send(new GetDashboardCommand({ DashboardName })), ...GONE)
      if (!found) return undefined
      const body = found.DashboardBody
      // There is no dashboard without one: what is not told is not taken for nothing.
      if (body === undefined) {
        const message = `cloudwatch:GetDashboard answered for ${DashboardName} without a body`
        const hint = 'run it again; check what answers at the endpoint'
        throw new AppError('aws', 'MalformedAnswer', message, { hint })
      }
      return {
        state: readBody(body, DashboardName),
        async owner() {
          if (ADOPTED_LINE.test(body)) return 'adopted'
          if (body.includes(TEMPLATE_LINE)) return 'foreign'
          if (body.includes(OWNER_LINE)) return 'ours'
          // Somebody has rewritten the body: what is left is the tags, where dashboards can have any.
          return whose(await tags(aws))
        },
      }
    },

    async write(cx, have) {
      // Counted at creation only. Not every partition knows tags of dashboards: the line in the body tells first.
      const Tags = have ? {} : { Tags: tagsFor(undefined) }
      const { DashboardValidationMessages = [] } = await put(cx, wantedState(this, have), have?.owner, Tags)
      if (have?.owner === 'unmarked') {
        const tag = new TagResourceCommand({ ResourceARN, Tags: tagsFor(have.owner, have.tagKeys) })
        await orUndefined(cx.aws.cloudwatch.send(tag), ...UNTAGGED)
      }
      // Faults of a widget come inside an answer of success.
      for (const { DataPath, Message } of DashboardValidationMessages) {
        const message = `dashboard ${DashboardName}, ${DataPath}: ${Message}`
        cx.emit({ type: 'warning', warning: { code: 'dashboard-remark', message } })
      }
    },

    async release(cx, have) {
      const { aws } = cx
      await put(cx, this.released?.(have.state) ?? have.state, have.owner)
      if (others(have.state).length > 0) return
      const TagKeys = ourKeys(await tags(aws))
      if (TagKeys.length > 0) await aws.cloudwatch.send(new UntagResourceCommand({ ResourceARN, TagKeys }))
    },

    async remove(cx, have) {
      const left = this.remainder?.(have.state)
      const drop = new DeleteDashboardsCommand({ DashboardNames: [DashboardName] })
      if (left) await put(cx, left, have.owner)
      else await orUndefined(cx.aws.cloudwatch.send(drop), ...GONE)
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

/** One of ours that somebody has rewritten, so that nothing on it says whose it is any more. */
const ofOurs = ({ [BEFORE]: _, ...have }: DashboardBody): DashboardBody => have

const NO_WIDGETS = 'no widgets'
const EMPTY_VARIABLES = 'empty variables'

/** The line on a dashboard that was there before; it remembers what nothing else on it shows. */
const ADOPTED_LINE = /Managed by bedrock-monitor \(adopted(?:; before: ([a-z, ]+))?\)\./

const TEMPLATE_LINE = 'Managed by a template that bedrock-monitor wrote.'

/** A dashboard's body. Throws an error of kind `aws` for one that is no list of widgets. */
function readBody(text: string, name: string): DashboardBody {
  const marked = ADOPTED_LINE.exec(text)
  // The mark of adoption is no difference that has to be mended.
  const told = text.replace(ADOPTED_LINE, OWNER_LINE).replaceAll(TEMPLATE_LINE, OWNER_LINE)
  const body = parseDocument(told, `dashboard ${name}`)
  const { widgets = [], variables } = body
  if (!Array.isArray(widgets)) {
    throw new AppError('aws', 'MalformedDocument', `dashboard ${name} has no list of widgets`, {
      hint: 'fix it in the AWS console, or pass --dashboard-name with another name',
    })
  }
  const isEmpty = Array.isArray(variables) && variables.length === 0
  const shown = [...(body.widgets ? [] : [NO_WIDGETS]), ...(isEmpty ? [EMPTY_VARIABLES] : [])]
  const before = marked ? (marked[1]?.split(', ') ?? []) : shown
  const isTheirs = marked !== null || !told.includes(OWNER_LINE)
  return { ...body, widgets, ...(isTheirs && { [BEFORE]: before }) }
}

/** The body as it is put: one that was there before us says so, and one without anything of ours is as it was before. */
function written({ [BEFORE]: told, ...body }: DashboardBody, owner: Owner | undefined): string {
  if (owner !== 'unmarked' && owner !== 'adopted') return JSON.stringify(body)
  const before: unknown[] = Array.isArray(told) ? told : []
  const text = JSON.stringify({
    ...body,
    ...(before.includes(NO_WIDGETS) && body.widgets.length === 0 && { widgets: undefined }),
    ...(before.includes(EMPTY_VARIABLES) && !body.variables && { variables: [] }),
  })
  const memory = before.length > 0 ? `; before: ${before.join(', ')}` : ''
  return text.replace(OWNER_LINE, `Managed by bedrock-monitor (adopted${memory}).`)
}
