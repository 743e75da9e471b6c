/** The parts of AWS that are cut off from one another, and what differs between them. */
export interface Partition {
  id: 'aws' | 'aws-us-gov' | 'aws-cn'
  consoleHost(region: string): string
  hasBedrock: boolean
}

const PARTITIONS: readonly [prefix: string, partition: Partition][] = [
  ['us-gov-', { id: 'aws-us-gov', consoleHost: () => 'console.amazonaws-us-gov.com', hasBedrock: true }],
  ['cn-', { id: 'aws-cn', consoleHost: () => 'console.amazonaws.cn', hasBedrock: false }],
]

const COMMERCIAL: Partition = {
  id: 'aws',
  consoleHost: (region) => `${region}.console.aws.amazon.com`,
  hasBedrock: true,
}

/** The partition a Region belongs to; Regions that are not known yet are commercial ones, as new ones mostly are. */
export function partitionOf(region: string): Partition {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? COMMERCIAL
}

/** The form of a Region's name: `us-east-1`, `us-gov-west-1`, `ap-southeast-4`. */
export function isRegionName(value: string): boolean {
  return /^[a-z]{2}(-[a-z]+){1,2}-\d{1,2}$/.test(value)
}

/** Where the price list of a commercial Region's continent is read: its API has three endpoints, each with all prices. */
export function pricingRegion(region: string): 'us-east-1' | 'eu-central-1' | 'ap-south-1' {
  if (/^(eu|il|me|af)-/.test(region)) return 'eu-central-1'
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1'
}

/** Where a person looks at the dashboard. */
export function dashboardUrl(region: string, name: string): string {
  const host = partitionOf(region).consoleHost(region)
  return `https://${host}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(name)}`
}
