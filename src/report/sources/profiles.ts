import type { AwsContext } from '../../aws/context.ts'
import { ownerOf } from '../../aws/link.ts'
import { itemsOf } from '../../aws/pages.ts'
import { isAppError } from '../../core/errors.ts'
import type { Warning } from '../../core/events.ts'
import { isApplicationProfile, modelOfProfile, profileIdOf } from '../prices/profiles.ts'

interface Resolved {
  /** Model ids by profile id. */
  models: ReadonlyMap<string, string>
  /** Their names by profile id, as far as they were read. */
  names: ReadonlyMap<string, string>
  /** The ARNs of what each profile leads to, by profile id. */
  arns: ReadonlyMap<string, readonly string[]>
  warnings: Warning[]
}

/**
 * The models behind the application profiles among some model ids of one Region. Calls nothing where there are none; one
 * listing serves them all, and what it lacks (a profile shared by another account) is asked for one by one. What cannot
 * be read or no longer exists is a warning; throws only when interrupted.
 */
export async function resolveProfiles(cx: AwsContext, region: string, modelIds: Iterable<string>): Promise<Resolved> {
  const asked = new Map([...modelIds].filter(isApplicationProfile).map((id) => [profileIdOf(id), id]))
  const models = new Map<string, string>()
  const found = new Map<string, readonly string[]>()
  const names = new Map<string, string>()
  if (asked.size === 0) return { models, names, arns: found, warnings: [] }
  const owner = ownerOf(cx)
  if (owner !== undefined) {
    const why = `account ${owner} is read through its link alone (pass --accounts to read it with a role)`
    return { models, names, arns: found, warnings: [unreadable(region, why)] }
  }
  // Most accounts have none of these profiles, and the client takes longer to load than the report's calls take.
  const { GetInferenceProfileCommand } = await import('@aws-sdk/client-bedrock')
  const warnings: Warning[] = []
  const keep = (id: string | undefined, name: string | undefined, arns: readonly (string | undefined)[]) => {
    if (id !== undefined && name !== undefined) names.set(id, name)
    const known = arns.filter((arn) => arn !== undefined)
    if (id !== undefined) found.set(id, known)
    const model = modelOfProfile(known)
    if (id !== undefined && model !== undefined) models.set(id, model)
  }
  const attempt = async (call: () => Promise<void>): Promise<void> => {
    try {
      await call()
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      if (error.code !== 'ResourceNotFoundException') warnings.push(unreadable(region, error.message))
    }
  }
  await attempt(async () => {
    for (const profile of await listApplicationProfiles(cx)) {
      keep(
        profile.inferenceProfileId,
        profile.inferenceProfileName,
        profile.models?.map(({ modelArn }) => modelArn) ?? [],
      )
    }
  })
  if (warnings.length > 0) return { models, names, arns: found, warnings }
  for (const [id, identifier] of asked) {
    if (models.has(id)) continue
    await attempt(async () => {
      const profile = await cx.aws.bedrock.send(
        new GetInferenceProfileCommand({ inferenceProfileIdentifier: identifier }),
      )
      keep(id, profile.inferenceProfileName, profile.models?.map(({ modelArn }) => modelArn) ?? [])
    })
    if (!models.has(id)) warnings.push(unknown(identifier))
  }
  return { models, names, arns: found, warnings }
}

async function listApplicationProfiles(cx: AwsContext) {
  const { ListInferenceProfilesCommand } = await import('@aws-sdk/client-bedrock')
  return itemsOf(
    'bedrock:ListInferenceProfiles',
    // Without the type it lists the profiles of the system only.
    (nextToken) => cx.aws.bedrock.send(new ListInferenceProfilesCommand({ typeEquals: 'APPLICATION', nextToken })),
    (page) => page.nextToken,
    (page) => page.inferenceProfileSummaries,
  )
}

function unreadable(region: string, why: string): Warning {
  return {
    code: 'profiles-unreadable',
    message: `the models of the application inference profiles in ${region} could not be read: ${why}`,
  }
}

function unknown(identifier: string): Warning {
  return {
    code: 'profile-unknown',
    message: `the application inference profile ${identifier} no longer exists or stands for several models; its use is not priced`,
  }
}
