import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@aws-sdk/types'
import { AppError, fileFault, usageError } from '../core/errors.ts'
import { isHttpUrl } from '../core/http-url.ts'
import { proxiesOf } from './proxy-variables.ts'
import type { Section, SharedFiles } from './shared-files.ts'

export type Variables = Readonly<Record<string, string | undefined>>

/** The services by the names that AWS gives them in `AWS_ENDPOINT_URL_<SERVICE>` and in `services` sections. */
export type ServiceId = (typeof SERVICE_IDS)[number]

const SERVICE_IDS = [
  ...(['sts', 'iam', 's3', 'cloudwatch_logs', 'cloudwatch', 'bedrock', 'sns', 'kms', 'budgets', 'glue'] as const),
  ...(['organizations', 'cost_explorer', 'bcm_data_exports', 'athena', 'service_quotas', 'pricing'] as const),
  ...(['sso', 'sso_oidc', 'signin'] as const),
] as const

/** How the user has set up, outside this program, that AWS is reached: all of one profile, and nothing of another. */
export type Connection = ReturnType<typeof connectionOf>

interface ConnectionOptions {
  env: Variables
  files: SharedFiles
  profile?: string | undefined
  readText(path: string): Promise<string>
}

/** The settings of the profile in use: variable, then profile. Throws `credentials` where there is no such profile, else `usage`. */
export function connectionOf({ env, files, profile: flag, readText }: ConnectionOptions) {
  const profile = profileInUse(flag, env)
  if (profile !== undefined && !files.profiles.has(profile)) throw noProfile(profile, files)
  const name = profile ?? 'default'
  const section: Section = files.profiles.get(name) ?? new Map()
  const settings: Settings = { env, name, section }
  const endpoint = endpointsOf(settings, files)
  for (const service of SERVICE_IDS) endpoint(service)
  const dualStack = isOn(settings, 'AWS_USE_DUALSTACK_ENDPOINT', 'use_dualstack_endpoint')
  return {
    env,
    files,
    profile: name,
    /** True where `--profile` names it: then keys in the environment do not count. */
    chosen: flag !== undefined,
    /** Where a service's calls go instead of to AWS, by the variables and the profile. */
    endpoint,
    fips: isOn(settings, 'AWS_USE_FIPS_ENDPOINT', 'use_fips_endpoint'),
    dualStack,
    s3: s3Of(settings, dualStack),
    /** Where the endpoint without a Region is asked for, by those of the older Regions that can be reached through it. */
    isStsGlobal: isLegacy(settings, 'AWS_STS_REGIONAL_ENDPOINTS', 'sts_regional_endpoints'),
    /** Tries of a call, the first included; undefined where nothing is said. */
    maxAttempts: attemptsOf(settings),
    /** The certificates to trust instead of the usual ones, as PEM. Throws a usage error where they cannot be read. */
    caBundle: caBundleOf(settings, readText),
    ...proxiesOf(env),
  }
}

/** `--profile`, else a variable: the AWS CLI looks at AWS_DEFAULT_PROFILE first. Undefined where none is named. */
export function profileInUse(flag: string | undefined, env: Variables): string | undefined {
  return flag ?? (env.AWS_DEFAULT_PROFILE || env.AWS_PROFILE || undefined)
}

const MOST_NAMED = 10

export function noProfile(wanted: string, { profiles }: SharedFiles, meant?: string): AppError {
  const names = [...profiles.keys()].slice(0, MOST_NAMED).join(', ')
  const more = profiles.size > MOST_NAMED ? ', …' : ''
  const some = `pass --profile with one of those there are: ${names}${more}`
  const hint = profiles.size === 0 ? 'there are no profiles; aws configure creates one' : some
  const message = `there is no profile '${wanted}' in the shared AWS config files`
  return new AppError('credentials', 'ProfileNotFound', message, { hint: meant ? `${meant} (${hint})` : hint })
}

interface Settings {
  env: Variables
  name: string
  section: Section
}

function lookUp({ env, name, section }: Settings, variable: string, key: string): [value: string, from: string] | [] {
  const ofEnv = env[variable]
  if (ofEnv) return [ofEnv, variable]
  const ofProfile = section.get(key)
  return ofProfile ? [ofProfile, `${key} of profile ${name}`] : []
}

/** botocore's ConfiguredEndpointProvider: variable of the service, of all, `services` section, `endpoint_url`. */
function endpointsOf(settings: Settings, files: SharedFiles): (service: ServiceId) => string | undefined {
  const { env, name, section } = settings
  if (isOn(settings, 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'ignore_configured_endpoint_urls')) return () => undefined
  const services = section.get('services')
  const ofServices = services === undefined ? undefined : files.services.get(services)
  if (services !== undefined && !ofServices) {
    throw usageError(
      `profile ${name} names the services section '${services}', which the shared AWS config file does not have`,
      `add [services ${services}] to it, or remove the line from the profile`,
    )
  }
  return (service) => {
    const variable = `AWS_ENDPOINT_URL_${service.toUpperCase()}`
    const candidates: [value: string | undefined, from: string][] = [
      [env[variable], variable],
      [env.AWS_ENDPOINT_URL, 'AWS_ENDPOINT_URL'],
      [ofServices?.get(`${service}.endpoint_url`), `endpoint_url of ${service} in services section ${services}`],
      [section.get('endpoint_url'), `endpoint_url of profile ${name}`],
    ]
    const [url, from] = candidates.find(([value]) => value) ?? []
    if (url !== undefined && from !== undefined && !isHttpUrl(url)) {
      throw usageError(`${from} is '${url}': not an http or https URL`, 'unset it, or give a URL')
    }
    return url
  }
}

/** One of some words; the first of them where nothing is said. */
function wordOf<Word extends string>(settings: Settings, variable: string, key: string, words: readonly Word[]) {
  const [value = words[0] ?? '', from] = lookUp(settings, variable, key)
  const word = words.find((each) => each === value.toLowerCase())
  if (word !== undefined) return word
  const all = words.join(', ')
  throw usageError(`${from} is '${value}': not one of ${all}`, `set it to one of ${all}, or remove it`)
}

function isOn(settings: Settings, variable: string, key: string): boolean {
  return wordOf(settings, variable, key, ['false', 'true']) === 'true'
}

function isLegacy(settings: Settings, variable: string, key: string): boolean {
  return wordOf(settings, variable, key, ['regional', 'legacy']) === 'legacy'
}

/** The block `s3` of a profile; a variable stands for one of its settings. */
function s3Of(settings: Settings, dualStack: boolean) {
  const hasOwn = settings.section.get('s3.use_dualstack_endpoint')
  return {
    addressingStyle: wordOf(settings, '', 's3.addressing_style', ['auto', 'path', 'virtual']),
    dualStack: hasOwn ? isOn(settings, '', 's3.use_dualstack_endpoint') : dualStack,
    isGlobal: isLegacy(settings, 'AWS_S3_US_EAST_1_REGIONAL_ENDPOINT', 's3.us_east_1_regional_endpoint'),
  }
}

/** What each mode stands for where the number is not given (AWS SDKs and Tools Reference Guide, retry behavior). */
const ATTEMPTS_OF_MODE = { legacy: 5, standard: 3, adaptive: 3 } as const

function attemptsOf(settings: Settings): number | undefined {
  const variable = 'AWS_RETRY_MODE'
  const hasMode = lookUp(settings, variable, 'retry_mode').length > 0
  const mode = wordOf(settings, variable, 'retry_mode', ['legacy', 'standard', 'adaptive'])
  const [attempts, from] = lookUp(settings, 'AWS_MAX_ATTEMPTS', 'max_attempts')
  if (attempts === undefined) return hasMode ? ATTEMPTS_OF_MODE[mode] : undefined
  if (/^\d{1,9}$/.test(attempts) && Number(attempts) >= 1) return Number(attempts)
  throw usageError(`${from} is '${attempts}': not a whole number of 1 or more`, 'set it to a number such as 3')
}

/** REQUESTS_CA_BUNDLE is the last that the AWS CLI goes by. Read when the first call over TLS is made. */
function caBundleOf(settings: Settings, readText: ConnectionOptions['readText']): () => Promise<string | undefined> {
  const [named, place] = lookUp(settings, 'AWS_CA_BUNDLE', 'ca_bundle')
  const path = named ?? settings.env.REQUESTS_CA_BUNDLE
  const from = place ?? 'REQUESTS_CA_BUNDLE'
  let text: Promise<string> | undefined
  return async () => {
    if (!path) return undefined
    text ??= readText(path)
    const pem = await text.catch((error: unknown) => {
      throw usageError(`${from} names ${path}: ${fileFault(error)}`, 'name a file of certificates in PEM, or unset it')
    })
    if (/-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(pem)) return pem
    throw usageError(`${from} names ${path}: it contains no PEM certificate`, 'name another file, or unset it')
  }
}

/** How to reach AWS. What is left out is as the connection says; without one it is AWS's default. */
export interface AwsOptions {
  region: string
  connection?: Connection
  endpointUrl?: string
  /** Instead of the ordinary chain: for an AWS that is not one, such as the sandbox. */
  credentials?: AwsCredentialIdentity | AwsCredentialIdentityProvider
  /** At most this many attempts a call, the first included; by default as many as its fault is worth. */
  maxAttempts?: number
  requestTimeoutMs?: number
  /** Bytes beyond which an answer is none of AWS's; the objects of S3 are not bound by it. */
  mostAnswerBytes?: number
}
