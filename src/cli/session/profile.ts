import { noProfile, profileInUse } from '../../aws/connection.ts'
import type { Env } from '../../ui/output.ts'
import { didYouMean } from '../args/did-you-mean.ts'
import { readSharedFiles } from './connection.ts'

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
