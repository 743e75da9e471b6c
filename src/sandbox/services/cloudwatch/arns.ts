import type { Call } from '../../service.ts'

function partition(region: string): string {
  if (region.startsWith('us-gov-')) return 'aws-us-gov'
  return region.startsWith('cn-') ? 'aws-cn' : 'aws'
}

export function alarmArn({ account, region }: Call, name: string): string {
  return `arn:${partition(region)}:cloudwatch:${region}:${account}:alarm:${name}`
}

/** Dashboards belong to no Region. */
export function dashboardArn({ account, region }: Call, name: string): string {
  return `arn:${partition(region)}:cloudwatch::${account}:dashboard/${name}`
}
