import { GetModelInvocationLoggingConfigurationCommand } from '@aws-sdk/client-bedrock'
import { wholeAnswer } from '../../aws/answers.ts'
import type { AwsContext } from '../../aws/context.ts'
import { bucketNameOf } from '../../aws/log-bucket.ts'
import { isRecord } from '../../core/diff.ts'
import { type Env, roleArn } from '../env.ts'

/** A logging configuration as AWS tells it, members that this version does not know included. */
export type WholeLogging = Readonly<Record<string, unknown>>

/** The kinds of data that are logged or not, and what AWS calls their switches. */
export const SWITCHES = {
  text: 'textDataDeliveryEnabled',
  image: 'imageDataDeliveryEnabled',
  embedding: 'embeddingDataDeliveryEnabled',
  video: 'videoDataDeliveryEnabled',
  audio: 'audioDataDeliveryEnabled',
} as const

export interface LoggingState extends ReturnType<typeof toldBy> {
  /** Of somebody's: there is no room for it in the tags that would keep it. Known, not set. */
  isTooLong?: true
}

export type Places = Pick<LoggingState, 'cloudWatch' | 's3' | 'elsewhere'>

export const placesOf = ({ cloudWatch, s3, elsewhere }: LoggingState): Places => ({ cloudWatch, s3, elsewhere })

type Json = Record<string, unknown>

/** The Region's logging configuration, whole. Undefined where there is none: AWS leaves it out, some emulations leave it empty. */
export async function readLogging(aws: AwsContext['aws']): Promise<WholeLogging | undefined> {
  const get = new GetModelInvocationLoggingConfigurationCommand({})
  const answer = wholeAnswer(get)
  const { loggingConfig: known } = await aws.bedrock.send(get)
  const config = withUnknown({ ...known }, record(record(answer())?.loggingConfig) ?? {})
  return Object.keys(config).length > 0 ? config : undefined
}

/** What the SDK knows of an answer, with all that it has left out. */
function withUnknown(known: Json, whole: Json): Json {
  const left = Object.entries(whole).flatMap(([name, value]): [string, unknown][] => {
    const part = record(known[name])
    const all = record(value)
    if (part && all) return [[name, withUnknown(part, all)]]
    return known[name] === undefined ? [[name, value]] : []
  })
  return { ...known, ...Object.fromEntries(left) }
}

/** The configuration in the shape in which it is compared. A flag that is left out counts as true. */
export const stateOf = (config: WholeLogging): LoggingState => toldBy(config)

function toldBy(config: WholeLogging) {
  const { cloudWatchConfig, s3Config, ...rest } = config
  const switches = Object.entries(SWITCHES).map(([kind, name]) => [kind, rest[name] !== false])
  const names: readonly string[] = Object.values(SWITCHES)
  const unknown = Object.entries(rest).filter(([name]) => !names.includes(name))
  const { logGroupName, roleArn: role, largeDataDeliveryS3Config, ...aboutGroup } = record(cloudWatchConfig) ?? {}
  const s3 = placeOf(s3Config)
  const large = placeOf(largeDataDeliveryS3Config)
  const isFlag = ([, value]: [string, unknown]) => typeof value !== 'object' || value === null
  return {
    cloudWatch: record(cloudWatchConfig) && {
      logGroup: string(logGroupName),
      roleArn: string(role),
      largeData: large?.place,
    },
    s3: s3?.place,
    ...(Object.fromEntries(switches) as Record<keyof typeof SWITCHES, boolean>),
    /** Flags and the like that this version does not know, as AWS tells them. */
    others: Object.fromEntries(unknown.filter(isFlag)),
    /** Destinations that this version does not know, and what it does not know of the others, by their paths. */
    elsewhere: Object.fromEntries([
      ...unknown.filter((entry) => !isFlag(entry)),
      ...under('cloudWatchConfig', aboutGroup),
      ...under('s3Config', s3?.others),
      ...under('cloudWatchConfig.largeDataDeliveryS3Config', large?.others),
    ]),
  }
}

function placeOf(config: unknown) {
  const whole = record(config)
  if (!whole) return undefined
  const { bucketName, keyPrefix, ...others } = whole
  // An empty prefix and none are the same folder.
  return { place: { bucket: string(bucketName), keyPrefix: string(keyPrefix) || undefined }, others }
}

const under = (path: string, members: Json = {}): [string, unknown][] =>
  Object.entries(members).map(([name, value]) => [`${path}.${name}`, value])

/** It has no tags: it is ours when it delivers to just where we would have it delivered, with our role, and nowhere else. */
export function isOurs(state: LoggingState, env: Env): boolean {
  return (
    usesOurs(state, env) &&
    state.s3 !== undefined &&
    (state.s3.keyPrefix ?? '') === env.settings.keyPrefix &&
    state.cloudWatch?.largeData === undefined &&
    Object.keys(state.elsewhere).length === 0
  )
}

export function usesOurs({ cloudWatch, s3 }: LoggingState, env: Env): boolean {
  return (
    cloudWatch?.logGroup === env.settings.logGroupName &&
    cloudWatch.roleArn === roleArn(env) &&
    s3?.bucket === bucketNameOf(env)
  )
}

const record = (value: unknown): Json | undefined => (isRecord(value) ? value : undefined)

const string = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
