import { dearestIdentities, dearestRequests, recentInvocations } from './dashboard-logs.ts'
import type { Spend } from './dashboard-spend.ts'
import { spendGraph, spendNumber, spendText } from './dashboard-spend-widgets.ts'
import {
  everyModel,
  GRID,
  graph,
  type MetricRow,
  numbers,
  ofModel,
  type Place,
  type Sized,
  table,
  titled,
  total,
} from './dashboard-widgets.ts'

/** What there is to show of a Region. */
export interface RegionView extends Place {
  logGroup: string
  spend: Spend
  /** ARNs of the alarms that are set up there. */
  alarms: readonly string[]
}

export const ALARMS = 'Bedrock alarms'

/**
 * Stands for the model that is chosen at the top of the dashboard. CloudWatch replaces it wherever it is found. It has no
 * "all" to choose, which is why only these graphs listen to it and the others always show every model.
 */
export const CHOSEN_MODEL = 'choose-a-model'

/** The dashboard's variable: a list of the models that have been called. */
export const MODEL_VARIABLE = {
  id: 'bedrock-model',
  type: 'pattern',
  pattern: CHOSEN_MODEL,
  inputType: 'select',
  label: 'Model',
  visible: true,
  search: '{AWS/Bedrock,ModelId} MetricName="Invocations"',
  populateFrom: 'ModelId',
  defaultValue: '__FIRST',
} as const

const SUM = 'Sum'
const CACHE_READS = ['CacheReadInputTokens', 'CacheReadInputTokenCount']
const CACHE_WRITES = ['CacheWriteInputTokens', 'CacheWriteInputTokenCount']
const STACKED = { stacked: true }

/** Everything of a Region, most urgent first. */
export function fullRows(view: RegionView): Sized[][] {
  const { logGroup, spend } = view
  const isPriced = spend.lines.length > 0
  return [
    headline(view),
    [
      ...(isPriced ? [spendGraph(view, 12, spend)] : []),
      spendText(view, isPriced ? 6 : 18, 6, spend),
      ...alarmStates(view),
    ],
    [
      graph(view, 'Invocations', 12, [everyModel('e1', 'Invocations', SUM)], STACKED),
      graph(view, 'Errors and throttles', 12, [
        everyModel('e1', 'InvocationClientErrors', SUM, 'client errors'),
        everyModel('e2', 'InvocationServerErrors', SUM, 'server errors'),
        everyModel('e3', 'InvocationThrottles', SUM, 'throttles'),
      ]),
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
      graph(
        view,
        'Latency of all models (ms)',
        6,
        latency((stat) => total('InvocationLatency', stat, stat)),
      ),
      graph(view, 'Average latency (ms)', 6, [everyModel('e1', 'InvocationLatency', 'Average')]),
      graph(view, 'p99 latency (ms)', 6, [everyModel('e1', 'InvocationLatency', 'p99')]),
      graph(view, 'Time to first token (ms)', 6, [everyModel('e1', 'TimeToFirstToken', 'Average')]),
    ],
    [
      graph(view, 'Tokens that count against quotas', 12, [everyModel('e1', 'EstimatedTPMQuotaUsage', SUM)]),
      graph(view, 'Log delivery', 12, delivery()),
    ],
    chosenModel(view),
    [table(view, 'Recent invocations', GRID, 9, recentInvocations(logGroup))],
    [
      table(
        view,
        isPriced ? 'Dearest identities' : 'Identities of most tokens',
        12,
        8,
        dearestIdentities(logGroup, spend.lines),
      ),
      table(
        view,
        isPriced ? 'Dearest requests' : 'Requests of most tokens',
        12,
        8,
        dearestRequests(logGroup, spend.lines),
      ),
    ],
  ]
}

/** One row: all models together, and the spend. For dashboards of very many Regions. */
export function briefRows(view: RegionView): Sized[][] {
  const { spend } = view
  return [
    [
      spendText(view, 4, 6, spend),
      ...(spend.lines.length > 0 ? [spendGraph(view, 5, spend)] : []),
      graph(view, 'Calls', 5, [
        total('Invocations', SUM, 'invocations'),
        total('InvocationClientErrors', SUM, 'client errors'),
        total('InvocationServerErrors', SUM, 'server errors'),
        total('InvocationThrottles', SUM, 'throttles'),
      ]),
      graph(view, 'Tokens', 5, [total('InputTokenCount', SUM, 'input'), total('OutputTokenCount', SUM, 'output')]),
      graph(
        view,
        'Latency of all models (ms)',
        5,
        latency((stat) => total('InvocationLatency', stat, stat)),
      ),
    ],
  ]
}

/** The numbers of the window, all models together. */
function headline(view: RegionView): Sized[] {
  return [
    numbers(view, 'Invocations in all', [total('Invocations', SUM, 'invocations')]),
    numbers(view, 'Tokens in all', [total('InputTokenCount', SUM, 'input'), total('OutputTokenCount', SUM, 'output')]),
    ...(view.spend.lines.length > 0 ? [spendNumber(view, view.spend)] : []),
    numbers(view, 'Errors in all', [
      total('InvocationClientErrors', SUM, 'client errors'),
      total('InvocationServerErrors', SUM, 'server errors'),
    ]),
    numbers(view, 'Throttles in all', [total('InvocationThrottles', SUM, 'throttles')]),
    numbers(view, 'p99 of the window (ms)', [total('InvocationLatency', 'p99', 'p99 latency')]),
  ]
}

/** The states of the Region's alarms; such a widget takes up to 100, and is not of a Region itself. */
function alarmStates(view: RegionView): Sized[] {
  if (view.alarms.length === 0) return []
  const properties = { title: titled(ALARMS, view), sortBy: 'stateUpdatedTimestamp', alarms: view.alarms.slice(0, 100) }
  return [{ type: 'alarm', width: 6, height: 6, properties }]
}

/** The model that is chosen at the top. */
function chosenModel(view: RegionView): Sized[] {
  const of = (metric: string, stat: string, label: string) => ofModel(CHOSEN_MODEL, metric, stat, label)
  return [
    graph(view, `Calls of ${CHOSEN_MODEL}`, 8, [
      of('Invocations', SUM, 'invocations'),
      of('InvocationClientErrors', SUM, 'client errors'),
      of('InvocationServerErrors', SUM, 'server errors'),
      of('InvocationThrottles', SUM, 'throttles'),
    ]),
    graph(view, `Tokens of ${CHOSEN_MODEL}`, 8, [
      of('InputTokenCount', SUM, 'input'),
      of('OutputTokenCount', SUM, 'output'),
      ...CACHE_READS.map((metric) => of(metric, SUM, 'read from cache')),
      ...CACHE_WRITES.map((metric) => of(metric, SUM, 'written to cache')),
    ]),
    graph(view, `Latency of ${CHOSEN_MODEL} (ms)`, 8, [
      ...latency((stat) => of('InvocationLatency', stat, stat)),
      of('TimeToFirstToken', 'Average', 'first token'),
    ]),
  ]
}

const latency = (row: (stat: string) => MetricRow): MetricRow[] => ['Average', 'p50', 'p90', 'p99'].map(row)

/** Whether the invocation log arrives. AWS counts that without dimensions. */
function delivery(): MetricRow[] {
  return (['Failure', 'Success'] as const).flatMap((outcome) => [
    total(`ModelInvocationLogsCloudWatchDelivery${outcome}`, SUM, `CloudWatch ${outcome.toLowerCase()}`),
    total(`ModelInvocationLogsS3Delivery${outcome}`, SUM, `S3 ${outcome.toLowerCase()}`),
    total(`ModelInvocationLargeDataS3Delivery${outcome}`, SUM, `S3 large bodies ${outcome.toLowerCase()}`),
  ])
}
