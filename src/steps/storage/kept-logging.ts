import type { LoggingConfig } from '@aws-sdk/client-bedrock'
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import type { AwsContext } from '../../aws/context.ts'
import { parseDocument } from '../../aws/document.ts'
import { orUndefined } from '../../aws/errors.ts'
import type { Grant } from '../../core/resource.ts'
import { bucketArn, bucketNameOf, type Env } from '../env.ts'

/** The logging configuration that stood before ours, kept in our bucket until clean-up puts it back. */
export interface KeptLogging {
  keep(cx: AwsContext, config: LoggingConfig): Promise<void>
  read(cx: AwsContext): Promise<LoggingConfig | undefined>
  forget(cx: AwsContext): Promise<void>
  grants: { write: Grant; remove: readonly Grant[] }
}

export function keptLogging(env: Env): KeptLogging {
  const Key = `bedrock-monitor/previous-logging-${env.region}.json`
  const target = { Bucket: bucketNameOf(env), ExpectedBucketOwner: env.accountId, Key }
  const resources = [`${bucketArn(env)}/${Key}`]
  return {
    grants: {
      write: { actions: ['s3:PutObject'], resources },
      remove: [
        { actions: ['s3:GetObject', 's3:DeleteObject'], resources },
        { actions: ['s3:ListBucket'], resources: [bucketArn(env)] },
      ],
    },

    async keep({ aws }, config) {
      await aws.s3.send(
        new PutObjectCommand({ ...target, Body: JSON.stringify(config), ContentType: 'application/json' }),
      )
    },

    async read({ aws }) {
      // Looked for in the list: a GET of what does not exist is 403 or 404, by rights that have nothing to do with it.
      const { Key: Prefix, ...bucket } = target
      const list = await orUndefined(aws.s3.send(new ListObjectsV2Command({ ...bucket, Prefix })), 'NoSuchBucket')
      if (!list?.Contents?.some((object) => object.Key === Prefix)) return undefined
      const { Body } = await aws.s3.send(new GetObjectCommand(target))
      return (
        Body && (parseDocument(await Body.transformToString(), `s3://${target.Bucket}/${target.Key}`) as LoggingConfig)
      )
    },

    async forget({ aws }) {
      await orUndefined(aws.s3.send(new DeleteObjectCommand(target)), 'NoSuchBucket')
    },
  }
}
