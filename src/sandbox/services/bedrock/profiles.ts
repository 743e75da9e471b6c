import type { InferenceProfileSummary } from '@aws-sdk/client-bedrock'
import { arnOf, partitionOf } from '../../arn.ts'

/** Models with the prefixes of the inference profiles that the system has for them. */
const PROFILED: readonly { id: string; name: string; prefixes: readonly string[] }[] = [
  { id: 'anthropic.claude-sonnet-4-5-20250929-v1:0', name: 'Claude Sonnet 4.5', prefixes: ['us', 'global'] },
  { id: 'anthropic.claude-haiku-4-5-20251001-v1:0', name: 'Claude Haiku 4.5', prefixes: ['us', 'global'] },
  { id: 'amazon.nova-pro-v1:0', name: 'Nova Pro', prefixes: ['us'] },
  { id: 'amazon.nova-lite-v1:0', name: 'Nova Lite', prefixes: ['us'] },
  { id: 'amazon.nova-micro-v1:0', name: 'Nova Micro', prefixes: ['us'] },
]

export function systemProfiles(region: string, account: string): InferenceProfileSummary[] {
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

export function modelArn(region: string, id: string): string {
  return `arn:${partitionOf(region)}:bedrock:${region}::foundation-model/${id}`
}
