/** The partition of AWS that a Region belongs to, which every ARN there begins with. */
export function partitionOf(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  if (region.startsWith('eusc-')) return 'aws-eusc'
  return region.startsWith('cn-') ? 'aws-cn' : 'aws'
}

/** The ARN of something that an account has in a Region. */
export function arnOf(service: string, { region, account }: { region: string; account: string }, resource: string) {
  return `arn:${partitionOf(region)}:${service}:${region}:${account}:${resource}`
}

/** The ARN of something that an account has in no Region of its own: a role, a dashboard. */
export function globalArn(service: string, { region, account }: { region: string; account: string }, resource: string) {
  return `arn:${partitionOf(region)}:${service}::${account}:${resource}`
}

export function bucketArn(region: string, bucket: string): string {
  return `arn:${partitionOf(region)}:s3:::${bucket}`
}
