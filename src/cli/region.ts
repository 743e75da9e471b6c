import { isRegionName } from '../aws/partitions.ts'
import { usageError } from '../core/errors.ts'
import type { Env } from '../ui/output.ts'

/** Where a Region may be given, strongest first. The JS SDK ignores AWS_DEFAULT_REGION, the AWS CLI does not. */
const VARIABLES = ['BEDROCK_MONITOR_REGION', 'AWS_REGION', 'AWS_DEFAULT_REGION']

/**
 * The Region to work in: the flag's, else a variable's, else the profile's. Throws a usage error when there is none, when
 * it has not the form of a Region, or when there are several.
 */
export function resolveRegion(flags: readonly string[], env: Env, ofProfile: string | undefined): string {
  if (flags.length > 0) return one(flags, '--region')
  const variable = VARIABLES.find((name) => env[name])
  if (variable !== undefined) return one((env[variable] ?? '').split(','), variable)
  if (ofProfile !== undefined) return one([ofProfile], "the profile's region")
  throw usageError('no Region is given', 'pass --region us-east-1, or set AWS_REGION')
}

function one(given: readonly string[], source: string): string {
  const [region = '', ...more] = new Set(given.map((value) => value.trim()))
  if (more.length > 0 || region === 'all') {
    throw usageError(
      `${source} is ${given.join(',')}: one Region at a time for now`,
      'run the command once for each Region',
    )
  }
  if (!isRegionName(region))
    throw usageError(`${source} is '${region}': not a Region`, 'give a Region such as us-east-1')
  return region
}
