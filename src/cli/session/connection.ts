import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type AwsOptions,
  type Connection,
  connectionOf,
  noProfile,
  profileInUse,
  type Variables,
} from '../../aws/connection.ts'
import { bedrockRegions, checkRegions, isRegionName } from '../../aws/partitions.ts'
import { parseSharedFiles, type SharedFiles } from '../../aws/shared-files.ts'
import { AppError, usageError } from '../../core/errors.ts'
import type { RegionChoice } from '../../steps/session.ts'
import { textOf } from '../../text/encoding.ts'
import { didYouMean } from '../../text/nearest.ts'
import type { Env } from '../../ui/output.ts'
import type { App } from '../command.ts'

/** AWS's shared config files, where the AWS CLI looks for them. One that is not there, or cannot be read, says nothing. */
async function readSharedFiles(env: Variables): Promise<SharedFiles> {
  const read = async (named: string | undefined, usual: string) => {
    if (!named && homeOf(env) === '') return ''
    return readFile(named ? inHome(named, env) : join(homeOf(env), '.aws', usual)).then(textOf, () => '')
  }
  const files = [read(env.AWS_CONFIG_FILE, 'config'), read(env.AWS_SHARED_CREDENTIALS_FILE, 'credentials')] as const
  return parseSharedFiles(...(await Promise.all(files)))
}

const homeOf = (env: Variables): string => env.HOME || env.USERPROFILE || ''

const inHome = (path: string, env: Variables): string => path.replace(/^~(?=[/\\]|$)/, () => homeOf(env))

/** How the environment and the profile say that AWS is reached. Throws usage errors, and for a profile that is not there. */
export async function readConnection(profile: string | undefined, env: Variables): Promise<Connection> {
  const readText = async (path: string) => textOf(await readFile(inHome(path, env)))
  return connectionOf({ env, profile, files: await readSharedFiles(env), readText })
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

/** The Region of the profile in use. Throws an error of kind `credentials` for a profile that is not there. */
export async function regionOfProfile(flag: string | undefined, env: Env): Promise<string | undefined> {
  const files = await readSharedFiles(env)
  const wanted = profileInUse(flag, env)
  const profile = files.profiles.get(wanted ?? 'default')
  if (wanted !== undefined && !profile) throw noProfile(wanted, files, didYouMean(wanted, [...files.profiles.keys()]))
  return profile?.get('region') || undefined
}

/** Where a Region may be given, strongest first. The JS SDK ignores AWS_DEFAULT_REGION, the AWS CLI does not. */
const REGION_VARIABLES = ['BEDROCK_MONITOR_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']

export function regionOrigin(flags: readonly string[], env: Env, ofProfile: string | undefined) {
  const variable = REGION_VARIABLES.find((name) => env[name])
  const standing = variable === undefined ? ofProfile : env[variable]
  const source = flags.length > 0 ? '--region' : (variable ?? "the profile's region")
  return { value: flags.length > 0 ? flags.join() : (standing ?? ''), source, standing }
}

/** The Regions that a command is about; the profile's stands where no flag and no variable says, `fallback` where it has none. */
export async function regionChoice(
  { common, env }: Pick<App, 'common' | 'env'>,
  fallback?: string,
): Promise<RegionChoice> {
  return resolveRegions(common.regions, env, (await regionOfProfile(common.profile, env)) ?? fallback)
}

/** The Regions of the flag, a variable or the profile; `all` is every one with Bedrock. Throws usage errors. */
export function resolveRegions(flags: readonly string[], env: Env, ofProfile: string | undefined): RegionChoice {
  const { value, source, standing } = regionOrigin(flags, env, ofProfile)
  const words = value.split(',').map((one) => one.trim())
  const [first, ...more] = new Set(words.filter((one) => one !== ''))
  if (first === undefined) {
    const hint = 'pass --region us-east-1, or set AWS_REGION'
    throw new AppError('usage', 'NoRegion', 'no Region is given', { hint })
  }
  if (first === 'all' && more.length === 0) {
    const [from] = checkRegions([standing !== undefined && isRegionName(standing) ? standing : 'us-east-1'] as const)
    return { allFrom: from }
  }
  const wrong = [first, ...more].find((region) => !isRegionName(region))
  if (wrong === undefined) return { named: checkRegions([first, ...more]) }
  const hint = 'give a Region such as us-east-1, several with commas, or all'
  throw usageError(`${source} is '${wrong}': not a Region`, didYouMean(wrong, bedrockRegions('us-east-1')) ?? hint)
}

export function resolveRegion(flags: readonly string[]): string {
  const choice = resolveRegions(flags, {}, 'us-east-1')
  if ('named' in choice && choice.named.length === 1) return choice.named[0]
  throw usageError(
    `--region is ${flags.join(',')}: this command works in one Region`,
    'give one Region, such as us-east-1',
  )
}

/** Where the endpoint of an unknown Region has no address, the Region is wrong: a usage error in place of AWS's. */
export function orUnknownRegion(error: AppError, region: string): AppError {
  if (error.code !== 'ENOTFOUND' || bedrockRegions(region).includes(region)) return error
  const hint = didYouMean(region, bedrockRegions(region)) ?? 'give a Region such as us-east-1'
  return usageError(`Region ${region} does not seem to exist: ${error.message}`, hint)
}
