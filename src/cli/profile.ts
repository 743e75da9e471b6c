import { AppError } from '../core/errors.ts'
import type { Env } from '../ui/output.ts'
import { didYouMean } from './suggest.ts'

/**
 * The Region of the profile in use (`--profile`, AWS_PROFILE, "default") in the shared config files. Throws an error of
 * kind `credentials` when a profile was asked for that they do not have.
 */
export async function regionOfProfile(flag: string | undefined, env: Env): Promise<string | undefined> {
  const { loadSharedConfigFiles } = await import('@smithy/core/config')
  const { configFile, credentialsFile } = await loadSharedConfigFiles({
    ignoreCache: true,
    ...(env.AWS_CONFIG_FILE && { configFilepath: env.AWS_CONFIG_FILE }),
    ...(env.AWS_SHARED_CREDENTIALS_FILE && { filepath: env.AWS_SHARED_CREDENTIALS_FILE }),
  })
  const wanted = flag ?? (env.AWS_PROFILE || undefined)
  const name = wanted ?? 'default'
  const sections = [configFile, credentialsFile].flatMap((file) => (Object.hasOwn(file, name) ? [file[name]] : []))
  if (wanted !== undefined && sections.length === 0) {
    const known = Object.keys({ ...configFile, ...credentialsFile })
    const hint = didYouMean(name, known) ?? 'aws configure list-profiles shows them; pass another with --profile'
    const message = `there is no profile '${name}' in the shared AWS config files`
    throw new AppError('credentials', 'ProfileNotFound', message, { hint })
  }
  return sections.findLast((section) => section?.region !== undefined)?.region
}
