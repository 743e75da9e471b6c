import { hasCode } from '../../../aws/errors.ts'
import { AppError } from '../../../core/errors.ts'

/** Why a bucket could not be listed, with what to do about it. */
export function explained(error: unknown, bucket: string): unknown {
  if (hasCode(error, 'NoSuchBucket')) {
    return new AppError('failed', 'NoSuchBucket', `there is no bucket ${bucket}`, {
      hint: 'create it with bedrock-monitor setup, name another with --bucket-name or --bucket, or use --source metrics, which needs no setup',
      cause: error,
    })
  }
  if (hasCode(error, 'AccessDenied')) {
    return new AppError('aws', 'AccessDenied', `s3:ListObjectsV2 failed: no permission to list the bucket ${bucket}`, {
      hint: 'allow s3:ListBucket, s3:GetBucketLocation and s3:GetObject on it; if it belongs to another account, name your own with --bucket-name, or both with --bucket and --bucket-owner',
      cause: error,
    })
  }
  return error
}
