import { partitionOf } from './partitions.ts'

/** The ARN of a thing in an account and a Region of the partition that `at` is in; S3 and IAM leave parts of it empty. */
export function arn(
  at: { readonly region: string },
  service: string,
  region: string,
  account: string,
  resource: string,
): string {
  return `arn:${partitionOf(at.region).id}:${service}:${region}:${account}:${resource}`
}
