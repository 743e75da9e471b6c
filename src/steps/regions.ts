import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import type { AwsContext } from '../aws/context.ts'
import { hasCode } from '../aws/errors.ts'
import { bedrockRegions } from '../aws/partitions.ts'
import type { Grant } from '../core/resource.ts'

/** What AWS answers with in a Region that the account has not opted in to. */
export const NOT_ENABLED = ['UnrecognizedClientException', 'InvalidClientTokenId', 'AuthFailure', 'ENOTFOUND']

/** What finding out the Regions of `--region all` asks of AWS; every command may. */
export const EVERY_REGION_GRANTS: readonly Grant[] = [
  { actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] },
]

/** Every Region with Bedrock that the account has enabled, `first` in front; the others are a warning. Other failures come later. */
export async function enabledRegions(cx: AwsContext, first: string): Promise<string[]> {
  const candidates = [...new Set([first, ...bedrockRegions(first)])]
  const disabled = await Promise.all(
    candidates.map(async (region) => {
      const probe = cx.in(region).aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
      return probe.then(
        () => [],
        (error: unknown) => (hasCode(error, ...NOT_ENABLED) ? [region] : []),
      )
    }),
  )
  const left = disabled.flat()
  if (left.length > 0) {
    const message = `left out, since the account has not enabled them: ${left.join(', ')}`
    cx.emit({ type: 'warning', warning: { code: 'regions-not-enabled', message } })
  }
  return candidates.filter((region) => !left.includes(region))
}
