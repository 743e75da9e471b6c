import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AwsOptions } from '../../aws/connection.ts'
import { type Connection, connectionOf, noProfile, profileInUse, type Variables } from '../../aws/connection.ts'
import { parseSharedFiles, type SharedFiles } from '../../aws/shared-files.ts'
import type { RegionChoice } from '../../steps/session.ts'
import { textOf } from '../../text/encoding.ts'
import { didYouMean } from '../../text/nearest.ts'
import type { Env } from '../../ui/output.ts'
import type { App } from './app.ts'
import { resolveRegions } from './region.ts'

/** AWS's shared config files, where the AWS CLI looks for them. One that is not there, or cannot be read, says nothing. */
async function readSharedFiles(env: Variables): Promise<SharedFiles> {
  const home = homeOf(env)
  const read = async (named: string | undefined, usual: string) => {
    if (!named && home === '') return ''
    const path = named ? inHome(named, env) : join(home, '.aws', usual)
    return readFile(path).then(textOf, () => '')
  }
  const [config, credentials] = await Promise.all([
    read(env.AWS_CONFIG_FILE, 'config'),
    read(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials'),
  ])
  return parseSharedFiles(config, credentials)
}

function homeOf(env: Variables): string {
  return env.HOME || env.USERPROFILE || ''
}

/** A path whose `~` stands for the user's home. */
function inHome(path: string, env: Variables): string {
  return path.replace(/^~(?=[/\\]|$)/, () => homeOf(env))
}

/** How the environment and the profile say that AWS is reached. Throws usage errors, and for a profile that is not there. */
export async function readConnection(profile: string | undefined, env: Variables): Promise<Connection> {
  return connectionOf({
    env,
    profile,
    files: await readSharedFiles(env),
    readText: async (path) => textOf(await readFile(inHome(path, env))),
  })
}

/** The Regions that a command is about; the profile's stands where no flag and no variable says, `fallback` where it has none. */
export async function regionChoice(
  { common, env }: Pick<App, 'common' | 'env'>,
  fallback?: string,
): Promise<RegionChoice> {
  return resolveRegions(common.regions, env, (await regionOfProfile(common.profile, env)) ?? fallback)
}

/** How a command reaches AWS: what its flags say comes first. */
export async function reachOf(
  { common, env }: Pick<App, 'common' | 'env'>,
  region: string,
): Promise<AwsOptions & { connection: Connection }> {
  const { profile, endpointUrl } = common
  const connection = await readConnection(profile, env)
  return { region, connection, ...(endpointUrl !== undefined && { endpointUrl }) }
}

/**
 * The Region of the profile in use (`--profile`, a variable, "default") in the shared config files. Throws an error of
 * kind `credentials` when a profile was asked for that they do not have.
 */
export async function regionOfProfile(flag: string | undefined, env: Env): Promise<string | undefined> {
  const files = await readSharedFiles(env)
  const wanted = profileInUse(flag, env)
  const profile = files.profiles.get(wanted ?? 'default')
  if (wanted !== undefined && !profile) throw noProfile(wanted, files, didYouMean(wanted, [...files.profiles.keys()]))
  return profile?.get('region') || undefined
}
