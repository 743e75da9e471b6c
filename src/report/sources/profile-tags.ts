import type { AwsContext } from '../../aws/context.ts'
import { arn } from '../../aws/partitions.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import type { PlaceId } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { count } from '../../text/numbers.ts'
import { isApplicationProfile, profileIdOf } from '../prices/profiles.ts'

export type Tags = Readonly<Record<string, string>>

const AT_ONCE = 4

/**
 * The tags of the application inference profiles among some model ids of one place, by profile id. One that no longer exists has none;
 * what cannot be read is a warning; throws only when interrupted.
 */
export async function readProfileTags(
  cx: AwsContext,
  { account, region }: PlaceId,
  modelIds: readonly string[],
): Promise<{ tags: [id: string, tags: Tags][]; warnings: Warning[] }> {
  const asked = [...new Map(modelIds.filter(isApplicationProfile).map((id) => [profileIdOf(id), id]))]
  if (asked.length === 0) return { tags: [], warnings: [] }
  const { ListTagsForResourceCommand } = await import('@aws-sdk/client-bedrock')
  const unread: string[] = []
  const tags = await sideBySide(asked, AT_ONCE, async ([id, modelId]): Promise<[string, Tags][]> => {
    // Metrics and records may have the bare id.
    const own = arn({ region }, 'bedrock', region, account, `application-inference-profile/${id}`)
    try {
      const resourceARN = modelId.startsWith('arn:') ? modelId : own
      const answer = await cx.aws.bedrock.send(new ListTagsForResourceCommand({ resourceARN }))
      return [[id, Object.fromEntries((answer.tags ?? []).map(({ key, value }) => [key ?? '', value ?? '']))]]
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      if (error.code !== 'ResourceNotFoundException') unread.push(error.message)
      return []
    }
  })
  const [why] = unread
  return { tags: tags.flat(), warnings: why === undefined ? [] : [unreadable(unread.length, region, why)] }
}

/** Where nobody can be asked. */
export function untellableTags(modelIds: readonly string[], region: string): Warning[] {
  const asked = new Set(modelIds.filter(isApplicationProfile).map(profileIdOf))
  return asked.size === 0 ? [] : [unreadable(asked.size, region, 'no account is asked')]
}

function unreadable(number: number, region: string, why: string): Warning {
  const message = `the tags of ${count(number, 'application inference profile')} in ${region} could not be read: ${why}`
  return { code: 'tags-unreadable', message }
}
