import {
  GetDashboardCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch'
import type { Window } from '../../src/report/model.ts'
import type { DashboardBody, MetricRow, Widget } from '../../src/steps/dashboard/widgets.ts'
import type { World } from './world.ts'

/** The dashboard as AWS has it. */
export async function dashboardOf({ cx, env }: World): Promise<DashboardBody> {
  const DashboardName = env.settings.dashboardName
  const { DashboardBody = '' } = await cx.aws.cloudwatch.send(new GetDashboardCommand({ DashboardName }))
  return JSON.parse(DashboardBody) as DashboardBody
}

/** What the console asks CloudWatch for when it draws a widget. */
export async function draw({ cx }: World, widget: Widget, { start, end }: Window): Promise<MetricDataResult[]> {
  const { metrics = [], period, stat, setPeriodToTimeRange } = widget.properties
  const Period = setPeriodToTimeRange === true ? (end - start) / 1000 : Number(period)
  const MetricDataQueries = (metrics as MetricRow[]).map((row, n) => queryOf(row, n, Period, stat))
  const answer = await cx.aws.cloudwatch.send(
    new GetMetricDataCommand({ MetricDataQueries, StartTime: new Date(start), EndTime: new Date(end) }),
  )
  return answer.MetricDataResults ?? []
}

function queryOf(row: MetricRow, n: number, Period: number, stat: unknown): MetricDataQuery {
  const options = row.find((cell): cell is Record<string, unknown> => typeof cell !== 'string') ?? {}
  const [Namespace, MetricName, Name, Value] = row.filter((cell) => typeof cell === 'string')
  const common = {
    Id: String(options.id ?? `q${n}`),
    ...(options.label !== undefined && options.label !== '' && { Label: String(options.label) }),
    ReturnData: options.visible !== false,
  }
  if (typeof options.expression === 'string') return { ...common, Expression: options.expression, Period }
  const Dimensions = Name === undefined ? [] : [{ Name, Value }]
  return {
    ...common,
    MetricStat: { Metric: { Namespace, MetricName, Dimensions }, Period, Stat: String(options.stat ?? stat) },
  }
}
