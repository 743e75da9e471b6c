import { randomBytes } from 'node:crypto'
import type { Bedrock as Api, InferenceProfileSummary, LoggingConfig } from '@aws-sdk/client-bedrock'
import { arnOf, partitionOf } from '../arn.ts'
import { AwsFault, type Service } from '../service.ts'
import { page, perRegion } from '../state.ts'
import { checkDelivery, type Destinations, leaveMarks } from './bedrock/delivery.ts'
import type { Operations } from './typed.ts'

export interface Bedrock extends Service {
  /** The Region's invocation-logging configuration, for whoever plays Bedrock's invocations; undefined when off. */
  loggingConfig(region: string): LoggingConfig | undefined
  /** Sets it as a console of another day would, with what this model does not know. Nothing of it is checked. */
  configureLogging(region: string, config: object): void
  /** Has `told` called whenever a Region's logging has been configured. */
  onLogging(told: (region: string) => void): void
  /** Adds an application inference profile of a model, as somebody in the account would; answers its id. */
  addApplicationProfile(profile: {
    region: string
    account: string
    name: string
    modelId: string
    id?: string
    tags?: Readonly<Record<string, string>>
  }): string
}

const FLAGS = [
  'textDataDeliveryEnabled',
  'imageDataDeliveryEnabled',
  'embeddingDataDeliveryEnabled',
  'videoDataDeliveryEnabled',
  'audioDataDeliveryEnabled',
] as const

/** Bedrock's control plane: one logging configuration a Region, validated against its destinations, and the model lists. */
export function createBedrock(destinations: Destinations): Bedrock {
  const configs = new Map<string, LoggingConfig>()
  const listeners: ((region: string) => void)[] = []
  const tags = new Map<string, { key: string; value: string }[]>()
  const applications = perRegion<InferenceProfileSummary[]>(() => [])
  const profilesOf = (region: string, account: string) => [...systemProfiles(region, account), ...applications(region)]
  return {
    id: 'bedrock',
    loggingConfig: (region) => configs.get(region),
    configureLogging: (region, config) => configs.set(region, config),
    onLogging: (told) => listeners.push(told),
    addApplicationProfile: ({ region, account, name, modelId, id = randomId(), tags: given = {} }) => {
      const inferenceProfileArn = arnOf('bedrock', { region, account }, `application-inference-profile/${id}`)
      tags.set(
        inferenceProfileArn,
        Object.entries(given).map(([key, value]) => ({ key, value })),
      )
      applications(region).push({
        inferenceProfileName: name,
        inferenceProfileArn,
        inferenceProfileId: id,
        models: [{ modelArn: modelArn(region, modelId) }],
        status: 'ACTIVE',
        type: 'APPLICATION',
      })
      return id
    },
    operations: {
      PutModelInvocationLoggingConfiguration: (input, call) => {
        const config = input.loggingConfig ?? {}
        checkDelivery(config, destinations, call)
        // A flag that is left out counts as true.
        const flags = Object.fromEntries(FLAGS.map((flag) => [flag, config[flag] ?? true]))
        configs.set(call.region, { ...config, ...flags })
        leaveMarks(config, destinations, call)
        for (const told of listeners) told(call.region)
      },
      GetModelInvocationLoggingConfiguration: (_input, { region }) => {
        const loggingConfig = configs.get(region)
        return loggingConfig === undefined ? {} : { loggingConfig }
      },
      DeleteModelInvocationLoggingConfiguration: (_input, { region }) => {
        configs.delete(region)
      },
      ListInferenceProfiles: (input, { region, account }) => {
        const { typeEquals = 'SYSTEM_DEFINED', nextToken, maxResults = 100 } = input
        const all = profilesOf(region, account).filter(({ type }) => type === typeEquals)
        const { items, next } = page(all, nextToken, maxResults)
        return { inferenceProfileSummaries: items, nextToken: next }
      },
      ListTagsForResource: ({ resourceARN = '' }) => {
        const found = tags.get(resourceARN)
        if (found) return { tags: found }
        throw new AwsFault('ResourceNotFoundException', 'The specified resource ARN does not exist.', 404)
      },
      GetInferenceProfile: (input, { region, account }) => {
        const wanted = input.inferenceProfileIdentifier
        const profile = profilesOf(region, account).find(
          ({ inferenceProfileId, inferenceProfileArn }) =>
            wanted === inferenceProfileId || wanted === inferenceProfileArn,
        )
        if (profile !== undefined) return profile
        throw new AwsFault('ResourceNotFoundException', 'Could not find the inference profile.', 404)
      },
    } satisfies Operations<Api>,
  }
}

/** Application profiles have an id of twelve characters. */
function randomId(): string {
  return randomBytes(6).toString('hex')
}

/** Models with the prefixes of the inference profiles that the system has for them. */
const PROFILED: readonly { id: string; name: string; prefixes: readonly string[] }[] = [
  { id: 'anthropic.claude-sonnet-4-5-20250929-v1:0', name: 'Claude Sonnet 4.5', prefixes: ['us', 'global'] },
  { id: 'anthropic.claude-haiku-4-5-20251001-v1:0', name: 'Claude Haiku 4.5', prefixes: ['us', 'global'] },
  { id: 'amazon.nova-pro-v1:0', name: 'Nova Pro', prefixes: ['us'] },
  { id: 'amazon.nova-lite-v1:0', name: 'Nova Lite', prefixes: ['us'] },
  { id: 'amazon.nova-micro-v1:0', name: 'Nova Micro', prefixes: ['us'] },
]

function systemProfiles(region: string, account: string): InferenceProfileSummary[] {
  return PROFILED.flatMap(({ id, name, prefixes }) =>
    prefixes.map((prefix) => ({
      inferenceProfileName: `${prefix.toUpperCase()} ${name}`,
      inferenceProfileArn: arnOf('bedrock', { region, account }, `inference-profile/${prefix}.${id}`),
      inferenceProfileId: `${prefix}.${id}`,
      models: [{ modelArn: modelArn(region, id) }],
      status: 'ACTIVE' as const,
      type: 'SYSTEM_DEFINED' as const,
    })),
  )
}

function modelArn(region: string, id: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${id}`
}
