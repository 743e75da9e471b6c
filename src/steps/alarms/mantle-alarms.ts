import { MANTLE_NAMESPACE } from '../../report/sources/metrics/names.ts'
import { grouped } from '../../text/numbers.ts'
import { moreThan, outOf, type ThresholdAlarm, zeroWithout } from './alarm-definition.ts'

const FIVE_MINUTES = 300
const HOUR = 3_600
const OF_MANTLE = "report --hours 3 --where 'model=bedrock-mantle/*'"
const CALLERS_OF_MANTLE = 'Only CloudTrail data events tell who called.'

/** The alarms of the OpenAI-compatible endpoint. */
export const MANTLE_ROWS = [
  {
    name: 'Bedrock-MantleInputTokens',
    from: 'standard',
    threshold: {
      key: 'mantleTokenThreshold',
      default: 100_000,
      strict: 50_000,
      describe: 'alarm on more input tokens than this an hour through the OpenAI-compatible endpoint',
    },
    goesOff: (tokens) =>
      `${moreThan(tokens, 'input token')} to the OpenAI-compatible endpoint of Amazon Bedrock (bedrock-mantle) in an hour.`,
    look: [OF_MANTLE, 'which models were sent them', CALLERS_OF_MANTLE],
    watched: () => ({
      expression: zeroWithout('tokens'),
      label: 'Input tokens',
      metrics: { tokens: { namespace: MANTLE_NAMESPACE, metric: 'TotalInputTokens', statistic: 'Sum' } },
    }),
    ...outOf(1, 2, HOUR),
  },
  {
    name: 'Bedrock-MantleErrors',
    from: 'standard',
    threshold: {
      key: 'mantleErrorThreshold',
      default: 10,
      strict: 5,
      describe: 'alarm on more client errors than this in 5 minutes at the OpenAI-compatible endpoint',
    },
    goesOff: (errors) =>
      `${moreThan(errors, 'client error')} of the OpenAI-compatible endpoint of Amazon Bedrock (bedrock-mantle) in 5 minutes. Throttled calls may be among them.`,
    look: [OF_MANTLE, 'which models were called', CALLERS_OF_MANTLE],
    watched: () => ({ namespace: MANTLE_NAMESPACE, metric: 'InferenceClientErrors', statistic: 'Sum' }),
    ...outOf(1, 2, FIVE_MINUTES),
  },
  {
    name: 'Bedrock-MantleSpend',
    from: 'standard',
    threshold: {
      key: 'mantleSpendThreshold',
      default: 10,
      strict: 5,
      describe: 'alarm on more spend than this an hour through the OpenAI-compatible endpoint, in US dollars',
    },
    goesOff: (dollars) =>
      `More than $${grouped(dollars)} in an hour through the OpenAI-compatible endpoint, by tokens and prices of the models in use.`,
    look: [OF_MANTLE, 'what cost it'],
    ...outOf(1, 2, HOUR),
  },
] as const satisfies readonly ThresholdAlarm[]
