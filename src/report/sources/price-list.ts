import { GetProductsCommand } from '@aws-sdk/client-pricing'
import type { AwsContext } from '../../aws/context.ts'
import { orElse } from '../../aws/errors.ts'
import { pagesOf } from '../../aws/pages.ts'
import { partitionOf } from '../../aws/partitions.ts'
import type { Warning } from '../../core/events.ts'
import { countLeftOut } from '../prices/price-list/left-out.ts'
import { parseProduct, type ReadProduct } from '../prices/price-list/products.ts'
import { decodePrices, encodePrices, type RegionPrices, remember } from '../prices/price-list/seen.ts'

/** All three are needed: models are spread over them, and a code that is wrong or retired answers an empty list. */
const SERVICE_CODES = ['AmazonBedrock', 'AmazonBedrockFoundationModels', 'AmazonBedrockService']

const FRESH_MS = 24 * 60 * 60 * 1000

/** Where small texts are kept from one run to the next. Neither call may throw: what cannot be kept is read again. */
export interface TextCache {
  read(name: string): Promise<string | undefined>
  /** @returns why it could not be kept, where it could not */
  write(name: string, text: string): Promise<string | undefined>
}

/** From the cache for a day; earlier days stay known. What cannot be read is a warning; throws when interrupted. */
export async function readPriceList(
  cx: AwsContext,
  region: string,
  cache?: TextCache,
): Promise<{ list?: RegionPrices; warnings: Warning[] }> {
  if (!partitionOf(region).hasPriceList) return { warnings: [unavailable(region, 'its partition has no price list')] }
  const name = `price-list-${region}.json`
  const now = cx.clock.now()
  const stored = decodePrices((await cache?.read(name)) ?? '', region)
  // What was kept by a clock that was ahead tells of no day.
  const kept = stored && stored.readAt <= now ? stored : undefined
  if (kept && now - kept.readAt < FRESH_MS) return { list: kept, warnings: [] }
  const reading = async () => {
    const read = (await Promise.all(SERVICE_CODES.map((code) => readService(cx, code, region)))).flat()
    const listed = read.flatMap(({ prices }) => prices).filter((price) => price.region === region)
    const leftOut = countLeftOut(read.flatMap((product) => product.leftOut ?? []))
    const list = { prices: remember(kept?.prices ?? [], listed, now), leftOut, readAt: now }
    if (listed.length === 0) return { list, warnings: [unavailable(region, 'AWS lists no prices')] }
    await cache?.write(name, encodePrices(list))
    return { list, warnings: [] }
  }
  return orElse(reading(), ({ message, hint }) => ({ warnings: [unavailable(region, message, hint)] }))
}

async function readService(cx: AwsContext, serviceCode: string, region: string): Promise<ReadProduct[]> {
  const read: ReadProduct[] = []
  const Filters = [{ Type: 'TERM_MATCH' as const, Field: 'regionCode', Value: region }]
  const about = { ServiceCode: serviceCode, FormatVersion: 'aws_v1', Filters }
  const ask = (NextToken: string | undefined) => cx.aws.pricing.send(new GetProductsCommand({ ...about, NextToken }))
  for await (const page of pagesOf('pricing:GetProducts', ask, ({ NextToken }) => NextToken)) {
    // The SDK may hand out JSON members as String objects of its own.
    for (const product of page.PriceList ?? []) read.push(parseProduct(String(product)))
  }
  return read
}

function unavailable(region: string, why: string, hint?: string): Warning {
  const mend = hint === undefined ? '' : ` (${hint})`
  const message = `the AWS Price List for ${region} could not be used: ${why}${mend}; bundled prices are used`
  return { code: 'price-list-unavailable', message }
}
