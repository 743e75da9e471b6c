import { ALL_MODELS } from '../../report/sources/metrics/names.ts'
import { isMantle } from '../use/in-use.ts'
import { chosenModel } from './chosen-model.ts'
import { featureRows, type ShownFeature } from './features.ts'
import { costliestIdentities, costliestRequests, recentInvocations } from './logs.ts'
import type { Spend } from './spend.ts'
import { spendGraph, spendNumber, spendText } from './spend-widgets.ts'
import {
  CACHE_READS,
  CACHE_WRITES,
  everyModel,
  FAILURES,
  GRID,
  graph,
  latency,
  type MetricRow,
  numbers,
  type Place,
  type Sized,
  SUM,
  table,
  titled,
  total,
} from './widgets.ts'

export interface RegionView extends Place {
  logGroup: string
  spend: Spend
  features: readonly ShownFeature[]
  alarms: readonly string[]
}

export const ALARMS = 'Bedrock alarms'

const STACKED = { stacked: true }
const failures = FAILURES.map(([metric, words]) => total(metric, SUM, words))

/** Everything of a Region, most urgent first. */
export function fullRows(view: RegionView): Sized[][] {
  const { logGroup, spend } = view
  const isPriced = spend.lines.length > 0
  // Calls through the other endpoint are not logged.
  const logged = spend.lines.filter((line) => !isMantle(line))
  const callers = logged.length > 0 ? 'Most expensive identities' : 'Identities with the most tokens'
  const calls = logged.length > 0 ? 'Most expensive requests' : 'Requests with the most tokens'
  return [
    headline(view),
    [
      ...(isPriced ? [spendGraph(view, 12, spend)] : []),
      spendText(view, isPriced ? 6 : 18, 6, spend),
      ...alarmStates(view, 6, 100),
    ],
    [
      graph(view, 'Invocations', 12, [everyModel('e1', 'Invocations', SUM)], STACKED),
      graph(
        view,
        'Errors and throttles',
        12,
        FAILURES.map(([metric, words], index) => everyModel(`e${index + 1}`, metric, SUM, words)),
      ),
    ],
    [
      graph(view, 'Input tokens', 8, [everyModel('e1', 'InputTokenCount', SUM)], STACKED),
      graph(view, 'Output tokens', 8, [everyModel('e1', 'OutputTokenCount', SUM)], STACKED),
      graph(view, 'Cached tokens', 8, [
        everyModel('e1', CACHE_READS, SUM, 'read'),
        everyModel('e2', CACHE_WRITES, SUM, 'written'),
      ]),
    ],
    [
      latencyOfAll(view, 6),
      graph(view, 'Average latency (ms)', 6, [everyModel('e1', 'InvocationLatency', 'Average')]),
      graph(view, 'p99 latency (ms)', 6, [everyModel('e1', 'InvocationLatency', 'p99')]),
      graph(view, 'Time to first token (ms)', 6, [everyModel('e1', 'TimeToFirstToken', 'Average')]),
    ],
    [
      graph(view, 'Tokens that count against quotas', 12, [everyModel('e1', 'EstimatedTPMQuotaUsage', SUM)]),
      graph(view, 'Log delivery', 12, delivery()),
    ],
    ...featureRows(view, view.features),
    chosenModel(view),
    [table(view, 'Recent invocations', GRID, 9, recentInvocations(logGroup))],
    [
      table(view, callers, 12, 8, costliestIdentities(logGroup, logged)),
      table(view, calls, 12, 8, costliestRequests(logGroup, logged)),
    ],
  ]
}

function latencyOfAll(view: RegionView, width: number): Sized {
  const rows = latency((stat) => total('InvocationLatency', stat, stat))
  return graph(view, 'Latency of all models (ms)', width, rows)
}

/** One row: all models together, the spend and the foremost alarms. For dashboards of very many Regions. */
export function briefRows(view: RegionView): Sized[][] {
  const { spend } = view
  return [
    [
      spendText(view, 4, 6, spend),
      ...alarmStates(view, 4, 15),
      ...(spend.lines.length > 0 ? [spendGraph(view, 4, spend)] : []),
      graph(view, 'Calls', 4, [total('Invocations', SUM, 'invocations'), ...failures]),
      graph(view, 'Tokens', 4, [total('InputTokenCount', SUM, 'input'), total('OutputTokenCount', SUM, 'output')]),
      latencyOfAll(view, 4),
    ],
  ]
}

function headline(view: RegionView): Sized[] {
  return [
    numbers(view, 'Invocations in all', [total('Invocations', SUM, 'invocations')]),
    numbers(view, 'Tokens in all', [total('InputTokenCount', SUM, 'input'), total('OutputTokenCount', SUM, 'output')]),
    ...(view.spend.lines.length > 0 ? [spendNumber(view, view.spend)] : []),
    numbers(view, 'Errors in all', failures.slice(0, 2)),
    numbers(view, 'Throttles in all', failures.slice(2)),
    numbers(view, 'p99 of the window (ms)', [total('InvocationLatency', 'p99', 'p99 latency')]),
  ]
}

/** The states of the Region's first alarms. Such a widget takes up to 100, and has no Region of its own. */
function alarmStates(view: RegionView, width: number, most: number): Sized[] {
  if (view.alarms.length === 0) return []
  const alarms = view.alarms.slice(0, most)
  const properties = { title: titled(ALARMS, view), sortBy: 'stateUpdatedTimestamp', alarms }
  return [{ type: 'alarm', width, height: 6, properties }]
}

/** Whether the invocation log arrives: without dimensions, and under that which AWS documents. Where both are, they are the same. */
function delivery(): MetricRow[] {
  const targets = { LogsCloudWatch: 'CloudWatch', LogsS3: 'S3', LargeDataS3: 'S3 large bodies' }
  const told = (['Failure', 'Success'] as const).flatMap((outcome) =>
    Object.entries(targets).map(([target, words]) => ({
      metric: `ModelInvocation${target}Delivery${outcome}`,
      label: `${words} ${outcome.toLowerCase()}`,
    })),
  )
  return told.flatMap(({ metric, label }, index): MetricRow[] => {
    const [plain, documented] = [`d${index + 1}`, `a${index + 1}`]
    return [
      ['AWS/Bedrock', metric, { id: plain, stat: SUM, visible: false }],
      ['AWS/Bedrock', metric, 'ModelId', ALL_MODELS, { id: documented, stat: SUM, visible: false }],
      [{ id: `l${index + 1}`, expression: `MAX([${plain},${documented}])`, label }],
    ]
  })
}
