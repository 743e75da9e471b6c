import {
  DeleteModelInvocationLoggingConfigurationCommand,
  GetModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import type { AwsContext } from '../aws/context.ts'
import { hasCode } from '../aws/errors.ts'
import { retryUntil } from '../aws/wait.ts'
import { isAppError } from '../core/errors.ts'
import { type AnyResource, GLOBAL, type Grant, type Resource, resourceId, type Step } from '../core/resource.ts'
import { bucketNameOf, byRegion, type Env, roleArn } from './env.ts'
import { keptLogging } from './storage/kept-logging.ts'

interface LoggingState {
  cloudWatch:
    | { logGroup: string | undefined; roleArn: string | undefined; largeDataBucket: string | undefined }
    | undefined
  s3: { bucket: string | undefined; keyPrefix: string | undefined } | undefined
  text: boolean
  image: boolean
  embedding: boolean
  video: boolean
  audio: boolean
}

const ROLE_WAIT_MS = 60_000
const BUCKET_WAIT_MS = 15_000

/** Step 3: each Region's invocation-logging configuration, the only one it can have. `delivery` is what it writes to. */
export function logging(env: Env, delivery: readonly AnyResource<AwsContext>[]): Step<AwsContext> {
  const needsOf = (region: string) =>
    delivery.filter((resource) => resource.region === region || resource.region === GLOBAL).map(resourceId)
  return {
    id: '3',
    name: 'logging',
    title: 'invocation logging to both places',
    resources: byRegion(env).map((each) => loggingConfiguration(each, needsOf(each.region))),
  }
}

function loggingConfiguration(env: Env, needs: readonly string[]): Resource<LoggingState, AwsContext> {
  const { settings, region } = env
  const kept = keptLogging(env)
  const config: LoggingConfig = {
    cloudWatchConfig: { logGroupName: settings.logGroupName, roleArn: roleArn(env) },
    s3Config: { bucketName: bucketNameOf(env), keyPrefix: settings.keyPrefix },
    // All five are named: one that is left out counts as true.
    textDataDeliveryEnabled: !settings.metadataOnly,
    imageDataDeliveryEnabled: false,
    embeddingDataDeliveryEnabled: false,
    videoDataDeliveryEnabled: false,
    audioDataDeliveryEnabled: false,
  }

  return {
    step: '3',
    type: 'invocation-logging',
    name: `invocation-logging-${region}`,
    region,
    holdsData: false,
    needs,
    desired: () => stateOf(config),

    permissions: () => ({
      // Bedrock's logging calls know no resource.
      read: [{ actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] }],
      write: [
        { actions: ['bedrock:PutModelInvocationLoggingConfiguration'], resources: ['*'] },
        passRole(roleArn(env)),
        kept.grants.write,
      ],
      remove: [
        {
          actions: [
            'bedrock:DeleteModelInvocationLoggingConfiguration',
            'bedrock:PutModelInvocationLoggingConfiguration',
          ],
          resources: ['*'],
        },
        // What is put back names a role of its own, which nobody knows beforehand.
        passRole(roleArn(env).replace(/role\/.*/, 'role/*')),
        ...kept.grants.remove,
      ],
    }),

    async read({ aws }) {
      const found = await readLogging(aws)
      if (!found) return undefined
      return {
        state: stateOf(asEchoed(found, config)),
        owner: async () => (pointsAtOurs(found, env) ? 'ours' : 'foreign'),
      }
    },

    async write(cx, have) {
      if (have?.owner === 'foreign') {
        const standing = await readLogging(cx.aws)
        if (standing && !pointsAtOurs(standing, env)) await kept.keep(cx, standing)
      }
      await retryUntil(cx, {
        deadlineMs: ROLE_WAIT_MS,
        retryOn: isRoleNotSeenYet,
        onWait: () =>
          cx.emit({ type: 'resource-progress', id: resourceId(this), note: 'waiting for Bedrock to see the new role' }),
        run: () =>
          retryUntil(cx, {
            deadlineMs: BUCKET_WAIT_MS,
            retryOn: isBucketNotSeenYet,
            onWait: () =>
              cx.emit({
                type: 'resource-progress',
                id: resourceId(this),
                note: 'waiting for Bedrock to see the bucket policy',
              }),
            run: () =>
              cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: config })),
          }),
      })
    },

    async remove(cx) {
      const earlier = await kept.read(cx)
      if (!earlier) {
        await cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
        return
      }
      await restore(cx, earlier)
      await kept.forget(cx)
    },
  }
}

/** Whoever sets a logging configuration hands its role to Bedrock. */
function passRole(arn: string): Grant {
  return {
    actions: ['iam:PassRole'],
    resources: [arn],
    condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
  }
}

async function readLogging(aws: AwsContext['aws']): Promise<LoggingConfig | undefined> {
  const { loggingConfig } = await aws.bedrock.send(new GetModelInvocationLoggingConfigurationCommand({}))
  // Unset comes as nothing at all, or (from some emulations) as an empty object.
  return loggingConfig?.cloudWatchConfig || loggingConfig?.s3Config ? loggingConfig : undefined
}

/** Puts back what stood before us. When its own targets are gone by now, Bedrock refuses it: then logging is off. */
async function restore(cx: AwsContext, earlier: LoggingConfig): Promise<void> {
  try {
    await cx.aws.bedrock.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: earlier }))
  } catch (error) {
    if (!hasCode(error, 'ValidationException')) throw error
    await cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
    cx.emit({
      type: 'warning',
      warning: {
        code: 'logging-not-restored',
        message: `the earlier invocation logging could not be put back (${error.message}); logging is off now. It was: ${JSON.stringify(earlier)}`,
      },
    })
  }
}

/** The logging configuration has no tags: it is ours when it points at our log group, role or bucket. */
function pointsAtOurs(config: LoggingConfig, env: Env): boolean {
  const { cloudWatchConfig, s3Config } = config
  return (
    cloudWatchConfig?.logGroupName === env.settings.logGroupName ||
    cloudWatchConfig?.roleArn === roleArn(env) ||
    s3Config?.bucketName === bucketNameOf(env)
  )
}

/** Not every AWS knows every kind of data: a switch that it does not tell of beside others is one that it does not have. */
function asEchoed(found: LoggingConfig, ours: LoggingConfig): LoggingConfig {
  const told = SWITCHES.filter((name) => found[name] !== undefined && found[name] !== null)
  const unknown = told.length === 0 ? [] : SWITCHES.filter((name) => !told.includes(name))
  return { ...found, ...Object.fromEntries(unknown.map((name) => [name, ours[name]])) }
}

const SWITCHES = [
  'textDataDeliveryEnabled',
  'imageDataDeliveryEnabled',
  'embeddingDataDeliveryEnabled',
  'videoDataDeliveryEnabled',
  'audioDataDeliveryEnabled',
] as const

function stateOf(config: LoggingConfig): LoggingState {
  const { cloudWatchConfig: cloudWatch, s3Config: s3 } = config
  return {
    cloudWatch: cloudWatch && {
      logGroup: cloudWatch.logGroupName,
      roleArn: cloudWatch.roleArn,
      largeDataBucket: cloudWatch.largeDataDeliveryS3Config?.bucketName,
    },
    s3: s3 && { bucket: s3.bucketName, keyPrefix: s3.keyPrefix },
    text: config.textDataDeliveryEnabled ?? true,
    image: config.imageDataDeliveryEnabled ?? true,
    embedding: config.embeddingDataDeliveryEnabled ?? true,
    video: config.videoDataDeliveryEnabled ?? true,
    audio: config.audioDataDeliveryEnabled ?? true,
  }
}

/** Bedrock assumes the role at once; one just made, or just changed, takes seconds to be seen (aws-sdk: ValidationException). */
const isRoleNotSeenYet = (error: unknown): boolean => failedToValidate(error, 'log group')

/** A bucket policy, or that of its key, takes seconds to be seen, too. */
const isBucketNotSeenYet = (error: unknown): boolean => failedToValidate(error, 'bucket')

function failedToValidate(error: unknown, what: string): boolean {
  return (
    isAppError(error) &&
    error.code === 'ValidationException' &&
    error.message.includes(`Failed to validate permissions for ${what}`)
  )
}
