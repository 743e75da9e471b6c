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

/** The Regions with Amazon Bedrock, by partition (endpoints of the service, 2026-11). */
const BEDROCK_REGIONS: Record<Partition['id'], readonly string[]> = {
  aws: [
    'af-south-1',
    ...['ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
    ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
    ...['ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1'],
    ...['eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1'],
    ...['mx-central-1', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-cn': [],
}

/** Every Region with Bedrock of the partition that `region` belongs to. */
export function bedrockRegions(region: string): readonly string[] {
  return BEDROCK_REGIONS[partitionOf(region).id]
}

/** The parts of the world and the points of the compass that Regions are named by. */
const REGION_NAME =
  /^(af|ap|ca|cn|eu|eusc-de|il|me|mx|sa|us|us-gov|us-iso[a-z]?|eu-iso[a-z]?)-(central|north|south|(north|south)?(east|west))-[1-9]$/

/** The form of a Region's name: `us-east-1`, `us-gov-west-1`, `ap-southeast-4`. Tells nothing of whether it exists. */
export function isRegionName(value: string): boolean {
  return REGION_NAME.test(value)
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
