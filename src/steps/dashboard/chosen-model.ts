import { CACHE_READS, CACHE_WRITES, FAILURES, graph, latency, type Place, type Sized, SUM, total } from './widgets.ts'

/** CloudWatch replaces it by the model that is chosen at the top. It has no "all": other graphs show every model. */
export const CHOSEN_MODEL = 'choose-a-model'

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

export function chosenModel(at: Place): Sized[] {
  const of = (metric: string, stat: string, label: string) => total(metric, stat, label, 'ModelId', CHOSEN_MODEL)
  return [
    graph(at, `Calls of ${CHOSEN_MODEL}`, 8, [
      of('Invocations', SUM, 'invocations'),
      ...FAILURES.map(([metric, words]) => of(metric, SUM, words)),
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
