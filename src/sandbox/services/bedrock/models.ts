import type { FoundationModelSummary, InferenceProfileSummary } from '@aws-sdk/client-bedrock'

/** A model as the sandbox offers it: its id, name and the prefixes of its system inference profiles. */
interface Offered {
  readonly id: string
  readonly name: string
  readonly output: 'TEXT' | 'IMAGE' | 'EMBEDDING'
  readonly profiles: readonly string[]
}

const OFFERED: readonly Offered[] = [
  {
    id: 'anthropic.claude-sonnet-4-5-20250929-v1:0',
    name: 'Claude Sonnet 4.5',
    output: 'TEXT',
    profiles: ['us', 'global'],
  },
  {
    id: 'anthropic.claude-haiku-4-5-20251001-v1:0',
    name: 'Claude Haiku 4.5',
    output: 'TEXT',
    profiles: ['us', 'global'],
  },
  { id: 'amazon.nova-pro-v1:0', name: 'Nova Pro', output: 'TEXT', profiles: ['us'] },
  { id: 'amazon.nova-lite-v1:0', name: 'Nova Lite', output: 'TEXT', profiles: ['us'] },
  { id: 'amazon.nova-micro-v1:0', name: 'Nova Micro', output: 'TEXT', profiles: ['us'] },
  { id: 'amazon.nova-canvas-v1:0', name: 'Nova Canvas', output: 'IMAGE', profiles: [] },
  { id: 'amazon.titan-embed-text-v2:0', name: 'Titan Text Embeddings V2', output: 'EMBEDDING', profiles: [] },
]

const PROVIDERS: Record<string, string> = { anthropic: 'Anthropic', amazon: 'Amazon' }

export function foundationModels(region: string): FoundationModelSummary[] {
  return OFFERED.map(({ id, name, output, profiles }) => ({
    modelArn: modelArn(region, id),
    modelId: id,
    modelName: name,
    providerName: PROVIDERS[id.split('.')[0] ?? ''],
    inputModalities: ['TEXT'],
    outputModalities: [output],
    responseStreamingSupported: output === 'TEXT',
    customizationsSupported: [],
    inferenceTypesSupported: profiles.length > 0 && id.startsWith('anthropic') ? [] : ['ON_DEMAND'],
    modelLifecycle: { status: 'ACTIVE' },
  }))
}

export function systemProfiles(region: string, account: string): InferenceProfileSummary[] {
  return OFFERED.flatMap(({ id, name, profiles }) =>
    profiles.map((prefix) => ({
      inferenceProfileName: `${prefix.toUpperCase()} ${name}`,
      inferenceProfileArn: `arn:aws:bedrock:${region}:${account}:inference-profile/${prefix}.${id}`,
      inferenceProfileId: `${prefix}.${id}`,
      models: [{ modelArn: modelArn(region, id) }],
      status: 'ACTIVE' as const,
      type: 'SYSTEM_DEFINED' as const,
    })),
  )
}

export function modelArn(region: string, id: string): string {
  return `arn:aws:bedrock:${region}::foundation-model/${id}`
}
