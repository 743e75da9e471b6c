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

const failures = (schema: string, start = 'Invocation'): Search[] => [
  [schema, `${start}ClientErrors`, 'client errors'],
  [schema, `${start}ServerErrors`, 'server errors'],
  [schema, `${start}Throttles`, 'throttles'],
]

/** Two graphs each. AWS documents the dimensions of all but flows and knowledge bases, which are found by any. */
const GRAPHS: Readonly<Record<ShownFeature, readonly (readonly [title: string, searches: readonly Search[]])[]>> = {
  mantle: [
    [
      'OpenAI-compatible endpoint: calls',
      [
        [MANTLE, 'Inferences', 'calls'],
        [MANTLE, 'InferenceClientErrors', 'client errors'],
      ],
    ],
    [
      'OpenAI-compatible endpoint: tokens',
      [
        [MANTLE, 'TotalInputTokens', 'input'],
        [MANTLE, 'TotalOutputTokens', 'output'],
      ],
    ],
  ],
  guardrails: [
    [
      'Guardrails: calls and interventions',
      [[GUARDRAIL, 'Invocations', 'calls'], [GUARDRAIL, 'InvocationsIntervened', 'intervened'], ...failures(GUARDRAIL)],
    ],
    ['Guardrails: text units', POLICIES.map((schema): Search => [schema, 'TextUnitCount', 'text units'])],
  ],
  agents: [
    ['Agents: calls', [[AGENTS, 'InvocationCount', 'calls'], ...failures(AGENTS)]],
    [
      'Agents: tokens',
      [
        [AGENTS, 'InputTokenCount', 'input'],
        // AWS's own page has both spellings: only one has data.
        [AGENTS, 'outputTokenCount', 'output'],
        [AGENTS, 'OutputTokenCount', 'output'],
      ],
    ],
  ],
  flows: [
    ['Flows: calls', [[FLOWS, 'Invocations', 'calls']]],
    ['Flows: errors and throttles', failures(FLOWS)],
  ],
  'knowledge-bases': [
    ['Knowledge bases: calls', [[KNOWLEDGE, 'Invocations', 'calls']]],
    ['Knowledge bases: errors and throttles', failures(KNOWLEDGE, '')],
  ],
}

export const SHOWN_FEATURES = Object.keys(GRAPHS) as ShownFeature[]

export function featureRows(at: Place, shown: readonly ShownFeature[]): Sized[][] {
  return SHOWN_FEATURES.filter((name) => shown.includes(name)).map((name) =>
    GRAPHS[name].map(([title, searches]) =>
      graph(
        at,
        title,
        12,
        searches.map((search, index) => everyOf(`e${index + 1}`, ...search, SUM)),
      ),
    ),
  )
}

export const featuresShown = (titles: readonly string[]): ShownFeature[] =>
  SHOWN_FEATURES.filter((name) => GRAPHS[name].some(([title]) => titles.includes(title)))
