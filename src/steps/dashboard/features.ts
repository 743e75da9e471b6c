import { everyOf, graph, type Place, type Sized, SUM } from './widgets.ts'

/** What is shown only where it is used: the OpenAI-compatible endpoint, and what has metrics in a namespace of its own. */
export type ShownFeature = 'mantle' | 'guardrails' | 'agents' | 'flows' | 'knowledge-bases'

/** Metrics that are found when a graph is looked at: schema of the search, metric, and a word for the legend. */
type Search = readonly [schema: string, metric: string, word: string]

const MANTLE = '{AWS/BedrockMantle,Model}'
const GUARDRAIL = '{AWS/Bedrock/Guardrails,GuardrailArn,GuardrailVersion}'
const AGENTS = '{AWS/Bedrock/Agents,Operation}'
const FLOWS = 'Namespace="AWS/Bedrock/Flows"'
const KNOWLEDGE = 'Namespace="AWS/Bedrock/KnowledgeBases"'
const POLICIES = [
  '{AWS/Bedrock/Guardrails,GuardrailPolicyType}',
  '{AWS/Bedrock/Guardrails,GuardrailPolicyType,Operation}',
]

const INTERVENED: Search = [GUARDRAIL, 'InvocationsIntervened', 'intervened']

const failures = (schema: string, start = 'Invocation'): Search[] => [
  [schema, `${start}ClientErrors`, 'client errors'],
  [schema, `${start}ServerErrors`, 'server errors'],
  [schema, `${start}Throttles`, 'throttles'],
]
const calls = (schema: string, metric = 'Invocations'): Search => [schema, metric, 'calls']
/** AWS's own page has both spellings of an agent's output: only one has data. */
const tokens = (schema: string, input: string, ...outputs: string[]): Search[] => [
  [schema, input, 'input'],
  ...outputs.map((output): Search => [schema, output, 'output']),
]
const ENDPOINT = 'OpenAI-compatible endpoint'

/** Two graphs each. AWS documents the dimensions of all but flows and knowledge bases, which are found by any. */
const GRAPHS: readonly (readonly [ShownFeature, title: string, ...searches: Search[]])[] = [
  ['mantle', `${ENDPOINT}: calls`, calls(MANTLE, 'Inferences'), [MANTLE, 'InferenceClientErrors', 'client errors']],
  ['mantle', `${ENDPOINT}: tokens`, ...tokens(MANTLE, 'TotalInputTokens', 'TotalOutputTokens')],
  ['guardrails', 'Guardrails: calls and interventions', calls(GUARDRAIL), INTERVENED, ...failures(GUARDRAIL)],
  ['guardrails', 'Guardrails: text units', ...POLICIES.map((each): Search => [each, 'TextUnitCount', 'text units'])],
  ['agents', 'Agents: calls', calls(AGENTS, 'InvocationCount'), ...failures(AGENTS)],
  ['agents', 'Agents: tokens', ...tokens(AGENTS, 'InputTokenCount', 'outputTokenCount', 'OutputTokenCount')],
  ['flows', 'Flows: calls', calls(FLOWS)],
  ['flows', 'Flows: errors and throttles', ...failures(FLOWS)],
  ['knowledge-bases', 'Knowledge bases: calls', calls(KNOWLEDGE)],
  ['knowledge-bases', 'Knowledge bases: errors and throttles', ...failures(KNOWLEDGE, '')],
]

export const SHOWN_FEATURES = [...new Set(GRAPHS.map(([name]) => name))]

export function featureRows(at: Place, shown: readonly ShownFeature[]): Sized[][] {
  return SHOWN_FEATURES.filter((name) => shown.includes(name)).map((name) =>
    GRAPHS.filter(([feature]) => feature === name).map(([, title, ...searches]) => {
      const metrics = searches.map((search, index) => everyOf(`e${index + 1}`, ...search, SUM))
      return graph(at, title, 12, metrics)
    }),
  )
}

export const featuresShown = (titles: readonly string[]): ShownFeature[] =>
  SHOWN_FEATURES.filter((name) => GRAPHS.some(([feature, title]) => feature === name && titles.includes(title)))
