import { bedrockRegions, checkRegions, isRegionName } from '../../aws/partitions.ts'
import { AppError, usageError } from '../../core/errors.ts'
import type { RegionChoice } from '../../steps/session.ts'
import { didYouMean } from '../../text/nearest.ts'
import type { Env } from '../../ui/output.ts'

/** Where a Region may be given, strongest first. The JS SDK ignores AWS_DEFAULT_REGION, the AWS CLI does not. */
const VARIABLES = ['BEDROCK_MONITOR_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']

/** What is given as the Region, and where: the flag's, else a variable's, else the profile's. `standing` is without the flag. */
export function regionOrigin(flags: readonly string[], env: Env, ofProfile: string | undefined) {
  const variable = VARIABLES.find((name) => env[name])
  const standing = variable === undefined ? ofProfile : env[variable]
  const source = flags.length > 0 ? '--region' : (variable ?? "the profile's region")
  return { value: flags.length > 0 ? flags.join() : (standing ?? ''), source, standing }
}

/**
 * The Regions to work in: the flag's, else a variable's, else the profile's; `all` is every Region with Bedrock. Throws a
 * usage error when there is none, one has not the form of a Region or cannot be worked in, or they are of two partitions.
 */
export function resolveRegions(flags: readonly string[], env: Env, ofProfile: string | undefined): RegionChoice {
  const { value, source, standing } = regionOrigin(flags, env, ofProfile)
  const [first, ...more] = new Set(
    value
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== ''),
  )
  if (first === undefined) {
    const hint = 'pass --region us-east-1, or set AWS_REGION'
    throw new AppError('usage', 'NoRegion', 'no Region is given', { hint })
  }
  if (first === 'all' && more.length === 0) {
    const [from] = checkRegions([standing !== undefined && isRegionName(standing) ? standing : 'us-east-1'] as const)
    return { allFrom: from }
  }
  const wrong = [first, ...more].find((region) => !isRegionName(region))
  if (wrong !== undefined) {
    const hint = didYouMean(wrong, bedrockRegions('us-east-1'))
    throw usageError(
      `${source} is '${wrong}': not a Region`,
      hint ?? 'give a Region such as us-east-1, several with commas, or all',
    )
  }
  return { named: checkRegions([first, ...more]) }
}

export function resolveRegion(flags: readonly string[], env: Env, ofProfile: string | undefined): string {
  const choice = resolveRegions(flags, env, ofProfile)
  if ('named' in choice && choice.named.length === 1) return choice.named[0]
  throw usageError(
    `--region is ${flags.join(',')}: this command works in one Region`,
    'give one Region, such as us-east-1',
  )
}

/**
 * What became of the first call to a Region. Where its endpoint has no address and nobody knows the Region, it is the
 * Region that is wrong, not the network: a usage error in place of AWS's. Regions newer than this program are let through.
 */
export function orUnknownRegion(error: AppError, region: string): AppError {
  if (error.code !== 'ENOTFOUND' || bedrockRegions(region).includes(region)) return error
  const hint = didYouMean(region, bedrockRegions(region)) ?? 'give a Region such as us-east-1'
  return usageError(`Region ${region} does not seem to exist: ${error.message}`, hint)
}
