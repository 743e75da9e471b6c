/**
 * The Regions whose prices AWS lists first. They share one price, and a list that names no Region means theirs; others may
 * have others (Nova Micro in Tokyo costs a fifth more).
 */
const LIST_REGIONS = new Set(['us-east-1', 'us-east-2', 'us-west-2'])

export function isListRegion(region: string): boolean {
  return LIST_REGIONS.has(region)
}

/** Other partitions have prices of their own (in euros in the European Sovereign Cloud): a commercial price never holds there. */
export function isCommercial(region: string): boolean {
  return !/^(us-gov|cn|eusc|us-iso[bf]?|eu-isoe)-/.test(region)
}

/** Prefixes of the inference profiles that a Region belongs to, narrowest first. Such a profile bills the Region's price. */
export function geographiesOf(region: string): readonly string[] {
  if (region.startsWith('us-gov-')) return ['us-gov']
  if (/^ap-northeast-[13]$/.test(region)) return ['jp', 'apac']
  if (region === 'ap-northeast-2') return ['kr', 'apac']
  if (/^ap-southeast-[24]$/.test(region)) return ['au', 'apac']
  if (/^ap-south-/.test(region)) return ['in', 'apac']
  if (region.startsWith('ap-')) return ['apac']
  return [region.split('-')[0] ?? '']
}
