import { AppError, usageError } from '../core/errors.ts'

type Id = 'aws' | 'aws-us-gov' | 'aws-cn' | 'aws-eusc' | 'aws-iso' | 'aws-iso-b' | 'aws-iso-e' | 'aws-iso-f'

/** The parts of AWS that are cut off from one another, and what differs between them. */
export type Partition = ReturnType<typeof partition>

function partition(
  id: Id,
  prefix: string,
  consoleHost: (region: string) => string = () => '',
  /** Why nothing can be set up there, where it cannot: `RegionWithoutBedrock` or `PartitionNotSupported`. */
  refused?: 'no-bedrock' | 'not-supported',
) {
  const has = id === 'aws'
  return {
    id,
    prefix,
    consoleHost,
    refused,
    /** AWS Budgets has an endpoint there (botocore's endpoints.json). */
    hasBudgets: has,
    /** AWS Data Exports of the bill can be made there, in us-east-1 (endpoint rules of the service). */
    hasDataExports: has,
    /** AWS's price list is read there: its prices are in US dollars, and its API can be reached. */
    hasPriceList: has,
  }
}

const COMMERCIAL = partition('aws', '', (region) => `${region}.console.aws.amazon.com`)

/** All but the commercial one. No prefix begins with another, so that each tells as much as AWS's expression for its Regions. */
const OTHERS: readonly Partition[] = [
  partition('aws-us-gov', 'us-gov-', () => 'console.amazonaws-us-gov.com'),
  // Its services' principals end in amazonaws.com all the same: IAM refuses those that end in amazonaws.eu.
  partition('aws-eusc', 'eusc-', (region) => `${region}.console.amazonaws-eusc.eu`),
  partition('aws-cn', 'cn-', () => 'console.amazonaws.cn', 'no-bedrock'),
  // What Bedrock's principal is called there, how it delivers, and where the console is, is documented nowhere in public.
  partition('aws-iso', 'us-iso-', undefined, 'not-supported'),
  partition('aws-iso-b', 'us-isob-', undefined, 'not-supported'),
  partition('aws-iso-e', 'eu-isoe-', undefined, 'not-supported'),
  partition('aws-iso-f', 'us-isof-', undefined, 'not-supported'),
]

/** The partition a Region belongs to; Regions that are not known yet are told by their prefix, as AWS's SDKs do. */
export function partitionOf(region: string): Partition {
  return OTHERS.find(({ prefix }) => region.startsWith(prefix)) ?? COMMERCIAL
}

/** The same Regions, once it is sure that all are of one partition that is supported. Throws a usage error else. Pure. */
export function checkRegions<Regions extends readonly string[]>(regions: Regions): Regions {
  for (const region of regions) {
    const { id, refused } = partitionOf(region)
    if (refused === undefined) continue
    const [code, why] =
      refused === 'no-bedrock'
        ? ['RegionWithoutBedrock', `Amazon Bedrock is not offered in Region ${region}`]
        : ['PartitionNotSupported', `Region ${region} is in partition ${id}, which is not supported`]
    throw new AppError('usage', code, why, {
      hint: 'pass --region with a Region that has Amazon Bedrock, such as us-east-1, us-gov-west-1 or eusc-de-east-1',
    })
  }
  const [first = ''] = regions
  const apart = regions.find((region) => partitionOf(region) !== partitionOf(first))
  if (apart === undefined) return regions
  throw usageError(
    `${apart} is in partition ${partitionOf(apart).id} and ${first} in ${partitionOf(first).id}: no account covers both`,
    `run it with --region ${first}, and with --region ${apart} and credentials of that partition`,
  )
}

/** The Regions with Amazon Bedrock, by partition (endpoints of the service, 2026-11). */
const BEDROCK_REGIONS: Partial<Record<Partition['id'], readonly string[]>> = {
  aws: [
    'af-south-1',
    ...['ap-east-2', 'ap-northeast-1', 'ap-northeast-2', 'ap-northeast-3', 'ap-south-1', 'ap-south-2'],
    ...['ap-southeast-1', 'ap-southeast-2', 'ap-southeast-3', 'ap-southeast-4', 'ap-southeast-5', 'ap-southeast-6'],
    ...['ap-southeast-7', 'ca-central-1', 'ca-west-1', 'eu-central-1', 'eu-central-2', 'eu-north-1', 'eu-south-1'],
    ...['eu-south-2', 'eu-west-1', 'eu-west-2', 'eu-west-3', 'il-central-1', 'me-central-1', 'me-south-1'],
    ...['mx-central-1', 'sa-east-1', 'us-east-1', 'us-east-2', 'us-west-1', 'us-west-2'],
  ],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-eusc': ['eusc-de-east-1'],
}

export function bedrockRegions(region: string): readonly string[] {
  return BEDROCK_REGIONS[partitionOf(region).id] ?? []
}

const REGION_NAME =
  /^(af|ap|ca|cn|eu|eusc-de|il|me|mx|sa|us|us-gov|us-iso[bf]?|eu-isoe)-(central|(north|south)(east|west|central)?|east|west)-[1-9]\d?$/

/** The form of a Region's name: `us-east-1`, `us-gov-west-1`, `ap-southeast-4`. Tells nothing of whether it exists. */
export function isRegionName(value: string): boolean {
  return REGION_NAME.test(value)
}

/** Where the price list of a commercial Region's continent is read: its API has three endpoints, each with all prices. */
export function pricingRegion(region: string): 'us-east-1' | 'eu-central-1' | 'ap-south-1' {
  if (/^(eu|il|me|af)-/.test(region)) return 'eu-central-1'
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1'
}

/** Cost Explorer has one endpoint in these partitions, and none in the others (botocore's endpoints.json). */
const COST_EXPLORER: ReadonlyMap<Partition['id'], string> = new Map([
  ['aws', 'us-east-1'],
  ['aws-cn', 'cn-northwest-1'],
])

/** The Region in which Cost Explorer is asked about all of a partition; undefined where it has no endpoint. */
export function costExplorerRegion(region: string): string | undefined {
  return COST_EXPLORER.get(partitionOf(region).id)
}

export function dashboardUrl(region: string, name: string): string {
  const host = partitionOf(region).consoleHost(region)
  return `https://${host}/cloudwatch/home?region=${region}#dashboards/dashboard/${encodeURIComponent(name)}`
}

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
