import type { GetInferenceProfileCommandOutput, InferenceProfileSummary } from '@aws-sdk/client-bedrock'
import type { AwsContext } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { ownerOf } from '../../aws/link.ts'
import { itemsOf } from '../../aws/pages.ts'
import { arn } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import type { PlaceId } from '../../core/place.ts'
import { sideBySide } from '../../core/side-by-side.ts'
import { count } from '../../text/numbers.ts'
import { isApplicationProfile, modelOfProfile, profileIdOf } from '../prices/model-id.ts'

const profilesAmong = (modelIds: Iterable<string>) =>
  new Map([...modelIds].filter(isApplicationProfile).map((id) => [profileIdOf(id), id]))

// Most accounts have none of these profiles, and the client takes longer to load than the report's calls take.
const client = () => import('@aws-sdk/client-bedrock')

const GONE = 'ResourceNotFoundException'

/** By profile id its model, its name and the ARNs behind it. One listing serves all; what it lacks is asked for one by one. What cannot be read or is gone is a warning. */
export async function resolveProfiles(cx: AwsContext, region: string, modelIds: Iterable<string>) {
  const asked = profilesAmong(modelIds)
  const [models, names, arns] = [new Map<string, string>(), new Map<string, string>(), new Map<string, string[]>()]
  const warnings: Warning[] = []
  const resolved = { models, names, arns, warnings }
  if (asked.size === 0) return resolved
  const failed = (why: string) => {
    const message = `the models of the application inference profiles in ${region} could not be read: ${why}`
    warnings.push({ code: 'profiles-unreadable', message })
  }
  const owner = ownerOf(cx)
  if (owner !== undefined) {
    failed(`account ${owner} is read through its link alone (pass --accounts to read it with a role)`)
    return resolved
  }
  const { GetInferenceProfileCommand, ListInferenceProfilesCommand } = await client()
  const keep = (id: string | undefined, found: InferenceProfileSummary | GetInferenceProfileCommandOutput) => {
    if (id === undefined) return
    const { inferenceProfileName: name, models: behind = [] } = found
    const known = behind.flatMap(({ modelArn }) => modelArn ?? [])
    const model = modelOfProfile(known)
    if (name !== undefined) names.set(id, name)
    arns.set(id, known)
    if (model !== undefined) models.set(id, model)
  }
  const listed = itemsOf(
    'bedrock:ListInferenceProfiles',
    // Without the type it lists the profiles of the system only.
    (nextToken) => cx.aws.bedrock.send(new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION', nextToken })),
    (page) => page.nextToken,
    (page) => page.inferenceProfileSummaries,
  )
  const unless =
    (...codes: string[]) =>
    ({ code, message }: { code: string; message: string }) => {
      if (!codes.includes(code)) failed(message)
      return undefined
    }
  for (const profile of (await orElse(listed, unless(GONE))) ?? []) keep(profile.inferenceProfileId, profile)
  if (warnings.length > 0) return resolved
  for (const [id, identifier] of asked) {
    if (models.has(id)) continue
    const get = new GetInferenceProfileCommand({ inferenceProfileIdentifier: identifier })
    const profile = await orElse(cx.aws.bedrock.send(get), unless(GONE))
    if (profile) keep(id, profile)
    const message = `the application inference profile ${identifier} no longer exists or stands for several models; its use is not priced`
    if (!models.has(id)) warnings.push({ code: 'profile-unknown', message })
  }
  return resolved
}

export type Tags = Readonly<Record<string, string>>

const AT_ONCE = 4

/** By profile id; one that no longer exists has none. What cannot be read is a warning. */
export async function readProfileTags(
  cx: AwsContext | undefined,
  { account, region }: PlaceId,
  modelIds: readonly string[],
): Promise<{ tags: [id: string, tags: Tags][]; warnings: Warning[] }> {
  const asked = profilesAmong(modelIds)
  const unreadable = (number: number, why: string): Warning => {
    const message = `the tags of ${count(number, 'application inference profile')} in ${region} could not be read: ${why}`
    return { code: 'tags-unreadable', message }
  }
  if (asked.size === 0) return { tags: [], warnings: [] }
  if (!cx) return { tags: [], warnings: [unreadable(asked.size, 'no account is asked')] }
  const { ListTagsForResourceCommand } = await client()
  const unread: string[] = []
  const tags = await sideBySide([...asked], AT_ONCE, async ([id, modelId]): Promise<[string, Tags][]> => {
    // Metrics and records may have the bare id.
    const own = arn({ region }, 'bedrock', region, account, `application-inference-profile/${id}`)
    const resourceARN = modelId.startsWith('arn:') ? modelId : own
    const answer = await orElse(cx.aws.bedrock.send(new ListTagsForResourceCommand({ resourceARN })), (error) => {
      if (error.code !== GONE) unread.push(error.message)
      return undefined
    })
    const told = answer?.tags?.map(({ key = '', value = '' }) => [key, value])
    return answer ? [[id, Object.fromEntries(told ?? [])]] : []
  })
  const [why] = unread
  return { tags: tags.flat(), warnings: why === undefined ? [] : [unreadable(unread.length, why)] }
}
