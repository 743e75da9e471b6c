import { partitionOf } from '../arn.ts'
import type { Dimension, MetricSample } from '../services/cloudwatch/store.ts'
import { Random } from './random.ts'

export interface FeatureOptions {
  seed: number
  /** The window in milliseconds since the epoch, `end` exclusive. */
  start: number
  end: number
  account: string
  region: string
  /** Calls an hour of each. */
  callsPerHour?: number
}

const HOUR_MS = 3_600_000

const MANTLE = [
  { Model: 'qwen.qwen3-32b', Project: 'default' },
  { Model: 'qwen.qwen3-32b', Project: 'research' },
  { Model: 'deepseek.v3.1', Project: 'research' },
] as const

/** Filters of a guardrail, and how often each of them intervenes. */
const POLICIES: readonly (readonly [string, number])[] = [
  ['ContentPolicy', 0.02],
  ['TopicPolicy', 0.01],
  ['WordPolicy', 0.005],
  ['SensitiveInformationPolicy', 0.04],
]

/** Besides its own endpoint, with the dimensions that AWS documents (of flows none). None of it is logged. Pure. */
export function featureTraffic(options: FeatureOptions): MetricSample[] {
  const { seed, start, end, callsPerHour = 30 } = options
  const random = new Random(seed)
  const samples: MetricSample[] = []
  for (const next of [mantleCall, guardrailCall, agentCall, flowCall, knowledgeBaseCall]) {
    const count = random.poisson((callsPerHour * (end - start)) / HOUR_MS)
    for (let call = 0; call < count; call++) {
      const timestamp = Math.floor(random.integer(start, end) / 1_000) * 1_000
      const { namespace, put } = next(random, options)
      for (const [name, value, ...sets] of put) {
        for (const set of sets) samples.push({ namespace, name, value, timestamp, dimensions: toDimensions(set) })
      }
    }
  }
  return samples
}

type Dimensions = Readonly<Record<string, string>>
type Put = readonly [name: string, value: number, ...sets: Dimensions[]]
interface Call {
  namespace: string
  put: Put[]
}

const toDimensions = (set: Dimensions): Dimension[] => Object.entries(set).map(([Name, Value]) => ({ Name, Value }))

/** Levels: account, project, model, and both; tokens have another name there. */
function mantleCall(random: Random): Call {
  const both = random.pick(MANTLE.map((one) => [one, 1] as const))
  const levels: Dimensions[] = [{}, { Project: both.Project }, { Model: both.Model }]
  const namespace = 'AWS/BedrockMantle'
  if (random.chance(0.03)) return { namespace, put: [['InferenceClientErrors', 1, ...levels, both]] }
  const [input, output] = [random.logNormal(900, 0.8), random.logNormal(250, 0.7)]
  return {
    namespace,
    put: [
      ['Inferences', 1, ...levels, both],
      ['TotalInputTokens', input, ...levels],
      ['TotalOutputTokens', output, ...levels],
      ['InputTokens', input, both],
      ['OutputTokens', output, both],
    ],
  }
}

/** Of all guardrails together by operation, source or policy; of one by its ARN and version. */
function guardrailCall(random: Random, options: FeatureOptions): Call {
  const id = random.chance(0.7) ? 'gr1chat0' : 'gr2batch'
  const Operation = 'ApplyGuardrail'
  const own = { GuardrailArn: arnOf(options, `guardrail/${id}`), GuardrailVersion: '1' }
  const sets: Dimensions[] = [own, { Operation }, { GuardrailContentSource: random.chance(0.5) ? 'Input' : 'Output' }]
  const units = 1 + random.integer(0, 4)
  const hits = POLICIES.map(([policy, rate]) => ({ policy, hit: random.chance(rate) }))
  const ofPolicy = (policy: string) => ({ GuardrailPolicyType: policy, Operation })
  return {
    namespace: 'AWS/Bedrock/Guardrails',
    put: [
      ['Invocations', 1, ...sets, ...POLICIES.map(([policy]) => ofPolicy(policy))],
      ['InvocationLatency', random.logNormal(180, 0.4), ...sets],
      ['TextUnitCount', units * POLICIES.length, ...sets],
      ...POLICIES.map(([policy]): Put => ['TextUnitCount', units, ofPolicy(policy)]),
      ...(hits.some(({ hit }) => hit) ? [['InvocationsIntervened', 1, ...sets] as Put] : []),
      ...hits.flatMap(({ policy, hit }) => (hit ? [['InvocationsIntervened', 1, ofPolicy(policy)] as Put] : [])),
    ],
  }
}

/** Agents without an alias, which are given inline, have only the operation. */
function agentCall(random: Random, options: FeatureOptions): Call {
  const ModelId = 'amazon.nova-pro-v1:0'
  const isInline = random.chance(0.2)
  const Operation = isInline ? 'InvokeInlineAgent' : 'InvokeAgent'
  const own = { Operation, ModelId, AgentAliasArn: arnOf(options, 'agent-alias/AGENT00001/LIVEALIAS1') }
  const sets: Dimensions[] = [{ Operation }, { Operation, ModelId }, ...(isInline ? [] : [own])]
  const namespace = 'AWS/Bedrock/Agents'
  if (random.chance(0.02)) return { namespace, put: [['InvocationServerErrors', 1, ...sets]] }
  return {
    namespace,
    put: [
      ['InvocationCount', 1, ...sets],
      ['TotalTime', random.logNormal(6_000, 0.5), ...sets],
      ['ModelInvocationCount', 2, ...sets],
      ['InputTokenCount', random.logNormal(1_500, 0.6), ...sets],
      ['outputTokenCount', random.logNormal(300, 0.6), ...sets],
    ],
  }
}

function flowCall(random: Random, options: FeatureOptions): Call {
  const own = { FlowArn: arnOf(options, 'flow/FLOW000001') }
  const put: Put[] = [['Invocations', 1, own]]
  if (random.chance(0.05)) put.push(['InvocationClientErrors', 1, own])
  return { namespace: 'AWS/Bedrock/Flows', put }
}

function knowledgeBaseCall(random: Random): Call {
  const Operation = 'Retrieve'
  const sets: Dimensions[] = [{ Operation }, { KnowledgeBaseId: 'KB00000001', Operation }]
  const put: Put[] = [['Invocations', 1, ...sets]]
  if (random.chance(0.02)) put.push(['Throttles', 1, ...sets])
  return { namespace: 'AWS/Bedrock/KnowledgeBases', put }
}

const arnOf = ({ account, region }: FeatureOptions, resource: string) =>
  `arn:${partitionOf(region)}:bedrock:${region}:${account}:${resource}`
