import { CACHE_READS, CACHE_WRITES, graph, latency, ofModel, type Place, type Sized, SUM } from './widgets.ts'

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

/** The model that is chosen at the top. */
export function chosenModel(at: Place): Sized[] {
  const of = (metric: string, stat: string, label: string) => ofModel(CHOSEN_MODEL, metric, stat, label)
  return [
    graph(at, `Calls of ${CHOSEN_MODEL}`, 8, [
      of('Invocations', SUM, 'invocations'),
      of('InvocationClientErrors', SUM, 'client errors'),
      of('InvocationServerErrors', SUM, 'server errors'),
      of('InvocationThrottles', SUM, 'throttles'),
    ]),
    graph(at, `Tokens of ${CHOSEN_MODEL}`, 8, [
      of('InputTokenCount', SUM, 'input'),
      of('OutputTokenCount', SUM, 'output'),
      ...CACHE_READS.map((metric) => of(metric, SUM, 'read from cache')),
      ...CACHE_WRITES.map((metric) => of(metric, SUM, 'written to cache')),
    ]),
    graph(at, `Latency of ${CHOSEN_MODEL} (ms)`, 8, [
      ...latency((stat) => of('InvocationLatency', stat, stat)),
      of('TimeToFirstToken', 'Average', 'first token'),
    ]),
  ]
}
