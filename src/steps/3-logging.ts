import {
  DeleteModelInvocationLoggingConfigurationCommand,
  type LoggingConfig,
  PutModelInvocationLoggingConfigurationCommand,
} from '@aws-sdk/client-bedrock'
import type { AwsContext } from '../aws/context.ts'
import { hasCode } from '../aws/errors.ts'
import { bucketNameOf } from '../aws/log-bucket.ts'
import { withBody } from '../aws/raw-json.ts'
import { retryUntil } from '../aws/retry.ts'
import { equal } from '../core/diff.ts'
import { AppError, isAppError } from '../core/errors.ts'
import {
  type AnyResource,
  concernsIn,
  GLOBAL,
  type Grant,
  type Resource,
  resourceId,
  type Step,
} from '../core/resource.ts'
import { byRegion, type Env, roleArn } from './env.ts'
import { keptLogging, knowing } from './logging/kept-logging.ts'
import {
  isOurs,
  type LoggingState,
  readLogging,
  SWITCHES,
  stateOf,
  type WholeLogging,
} from './logging/logging-state.ts'

/** CloudFormation has no type for it. */
export const LOGGING_TYPE = 'AWS::Bedrock::ModelInvocationLoggingConfiguration'
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
    s3Config: { bucketName: bucketNameOf(env), ...(settings.keyPrefix && { keyPrefix: settings.keyPrefix }) },
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
    needs,
    known: ['isTooLong'],
    summary: logged,
    // What AWS has come to know since this version stays as it is.
    desired: (have) => ({ ...stateOf({ ...config }), others: have && isOurs(have, env) ? have.others : {} }),
    foreign: {
      because: 'it is not ours: it writes elsewhere, under another prefix, or with another role',
      hint: 'pass --replace-logging to replace it; cleanup restores it',
      replaceable: true,
    },

    template: () => [{ type: LOGGING_TYPE, id: region, properties: { LoggingConfig: config } }],

    concerns: ({ isTooLong }) => {
      const message = `the tags of log group ${settings.logGroupName} or of bucket ${bucketNameOf(env)} have no room to keep the present logging configuration`
      const hint = 'remove some of their tags, or pass --log-group-name and --bucket-name with other names'
      return concernsIn(['logging-not-kept', isTooLong, message, hint, 'apply'])
    },

    permissions: () => ({
      // Bedrock's logging calls know no resource.
      read: [{ actions: ['bedrock:GetModelInvocationLoggingConfiguration'], resources: ['*'] }],
      write: [
        { actions: ['bedrock:PutModelInvocationLoggingConfiguration'], resources: ['*'] },
        passRole(roleArn(env)),
        ...kept.grants.write,
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

    async read(cx) {
      const found = await readLogging(cx.aws)
      if (!found) return undefined
      const state = stateOf(asEchoed(found, config))
      const isTheirs = !env.removing && !isOurs(state, env)
      if (isTheirs && !(await kept.hasRoom(cx, found, stateOf({ ...config })))) state.isTooLong = true
      return {
        state,
        async owner() {
          if (isOurs(state, env)) return 'ours'
          // Clean-up may have been given other settings than setup was: what setup remembers tells, too.
          return env.removing && knowing(await kept.read(cx), state) ? 'ours' : 'foreign'
        },
      }
    },

    async write(cx, have) {
      if (have?.owner === 'foreign') {
        const standing = await readLogging(cx.aws)
        if (standing) await kept.keep(cx, standing, stateOf({ ...config }))
      }
      const { others } = this.desired(have?.state)
      const put = new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: config })
      if (Object.keys(others).length > 0) withBody(put, { loggingConfig: { ...others, ...config } })
      await putOnceSeen(cx, resourceId(this), put, ROLE_WAIT_MS)
    },

    async remove(cx, have) {
      const known = await kept.read(cx)
      const earlier = knowing(known, have.state) ?? known[0]
      // Another run may have put back what stood before, a moment ago: that is nobody's to delete.
      const standing = await readLogging(cx.aws)
      if (standing && equal(stateOf(asEchoed(standing, config)), have.state)) {
        if (!earlier) await cx.aws.bedrock.send(new DeleteModelInvocationLoggingConfigurationCommand({}))
        else await restore(cx, resourceId(this), earlier.before)
      } else if (standing && !(earlier && equal(stateOf(standing), stateOf(earlier.before)))) {
        const message = `the logging configuration of ${region} has changed since the plan; it was left as it is`
        const hint = 'look at it, and run cleanup again: the new plan shows the current state'
        throw new AppError('partial', 'ChangedSincePlan', message, { hint })
      }
      if (earlier) await kept.forget(cx)
    },
  }
}

function passRole(arn: string): Grant {
  return {
    actions: ['iam:PassRole'],
    resources: [arn],
    condition: { StringEquals: { 'iam:PassedToService': 'bedrock.amazonaws.com' } },
  }
}

/** Puts back what stood before us. Where Bedrock refuses it, because what it needs is gone, ours stays, and so does what is kept. */
async function restore(cx: AwsContext, id: string, earlier: WholeLogging): Promise<void> {
  const put = new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: earlier as LoggingConfig })
  try {
    await putOnceSeen(cx, id, withBody(put, { loggingConfig: earlier }), BUCKET_WAIT_MS)
  } catch (error) {
    if (!hasCode(error, 'ValidationException')) throw error
    const message = `the previous logging configuration cannot be restored: ${error.message} It was: ${JSON.stringify(earlier)}`
    const hint = 'create what it needs again, or delete the present logging configuration; then run cleanup again'
    throw new AppError('aws', 'LoggingNotRestored', message, { hint, cause: error })
  }
}

/** Puts a configuration whose role or bucket policy Bedrock may not see yet. */
async function putOnceSeen(
  cx: AwsContext,
  id: string,
  put: PutModelInvocationLoggingConfigurationCommand,
  roleWaitMs: number,
): Promise<void> {
  const waitingFor = (what: string) => () =>
    cx.emit({ type: 'resource-progress', id, note: `waiting for Bedrock to see the ${what}` })
  await retryUntil(cx, {
    deadlineMs: roleWaitMs,
    // Bedrock assumes the role at once; one just made, or just changed, takes seconds to be seen (aws-sdk: ValidationException).
    retryOn: (error) => failedToValidate(error, 'log group'),
    onWait: waitingFor('new role'),
    run: () =>
      retryUntil(cx, {
        deadlineMs: BUCKET_WAIT_MS,
        // A bucket policy, or that of its key, takes seconds to be seen, too.
        retryOn: (error) => failedToValidate(error, 'bucket'),
        onWait: waitingFor('bucket policy'),
        run: () => cx.aws.bedrock.send(put),
      }),
  })
}

/** Not every AWS knows every kind of data: a switch that it does not tell of beside others is one that it does not have. */
function asEchoed(found: WholeLogging, ours: LoggingConfig): WholeLogging {
  const all = Object.values(SWITCHES)
  const told = all.filter((name) => found[name] !== undefined && found[name] !== null)
  const unknown = told.length === 0 ? [] : all.filter((name) => !told.includes(name))
  return { ...found, ...Object.fromEntries(unknown.map((name) => [name, ours[name]])) }
}

function failedToValidate(error: unknown, what: string): boolean {
  return (
    isAppError(error) &&
    error.code === 'ValidationException' &&
    error.message.includes(`Failed to validate permissions for ${what}`)
  )
}

function logged({ text, image, embedding, video, audio, cloudWatch, s3 }: LoggingState): string {
  const kinds = Object.entries({ text, images: image, embeddings: embedding, video, audio })
  const what = kinds.flatMap(([kind, isLogged]) => (isLogged ? [kind] : [])).join(', ')
  const where = [...(cloudWatch ? ['CloudWatch Logs'] : []), ...(s3 ? ['S3'] : [])].join(' and ')
  return `${what || 'metadata only'}, to ${where || 'nowhere'}`
}
