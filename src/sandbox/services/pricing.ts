import type { Pricing } from '@aws-sdk/client-pricing'
import { AwsFault, type Service } from '../service.ts'
import { paged } from '../state.ts'
import { PRODUCTS, type SandboxProduct } from './pricing/products.ts'
import type { Operations } from './typed.ts'

const MOST_A_PAGE = 100

/** AWS's price list: a handful of Bedrock's products in every form that the real one has them in. */
export function createPricing(): Service {
  return {
    id: 'pricing',
    operations: {
      GetAttributeValues: (input) => {
        const { ServiceCode, AttributeName, MaxResults = MOST_A_PAGE, NextToken } = input
        if (!ServiceCode || !AttributeName) {
          throw new AwsFault('InvalidParameterException', 'ServiceCode and AttributeName are required')
        }
        const products = PRODUCTS.filter(({ serviceCode }) => serviceCode === ServiceCode)
        const values = new Set(products.flatMap((product) => attributesOf(product)[AttributeName] ?? []))
        const all = [...values].sort().map((Value) => ({ Value }))
        return paged('AttributeValues', all, NextToken, MaxResults)
      },
      GetProducts: ({ ServiceCode, Filters = [], MaxResults = MOST_A_PAGE, NextToken }) => {
        if (!ServiceCode) throw new AwsFault('InvalidParameterException', 'ServiceCode is required')
        if (MaxResults < 1 || MaxResults > MOST_A_PAGE) {
          throw new AwsFault('InvalidParameterException', `MaxResults must be between 1 and ${MOST_A_PAGE}`)
        }
        const wanted = Filters.map(({ Type, Field = '', Value = '' }) => {
          if (Type !== 'TERM_MATCH')
            throw new AwsFault('InvalidParameterException', `the sandbox has no filter ${Type}`)
          return [Field, Value.toLowerCase()] as const
        })
        // A service code that is wrong answers an empty list, not an error.
        const found = PRODUCTS.filter(
          (product) =>
            product.serviceCode === ServiceCode &&
            wanted.every(([field, value]) => attributesOf(product)[field]?.toLowerCase() === value),
        )
        return { FormatVersion: 'aws_v1', ...paged('PriceList', found.map(toText), NextToken, MaxResults) }
      },
    } satisfies Operations<Pricing>,
  }
}

function attributesOf({ serviceCode, region, attributes }: SandboxProduct): Record<string, string> {
  return { servicecode: serviceCode, regionCode: region, locationType: 'AWS Region', ...attributes }
}

/** A product as the real list prints it: JSON within JSON, with the price as text of ten decimals. */
function toText(product: SandboxProduct): string {
  const sku = skuOf(product)
  const rate = `${sku}.JRTCKXETXF.6YS6EN2CT7`
  const { unit, usd, beyond, description = `$${usd} per ${unit}` } = product
  const dimension = (beginRange: string, endRange: string, price: number, rateCode: string) => ({
    unit,
    endRange,
    beginRange,
    appliesTo: [],
    rateCode,
    description,
    pricePerUnit: { USD: price.toFixed(10) },
  })
  return JSON.stringify({
    product: { productFamily: 'Amazon Bedrock', attributes: attributesOf(product), sku },
    serviceCode: product.serviceCode,
    terms: {
      OnDemand: {
        [`${sku}.JRTCKXETXF`]: {
          priceDimensions: {
            [rate]: dimension('0', beyond ? `${beyond.from}` : 'Inf', usd, rate),
            ...(beyond && { [`${rate}B`]: dimension(`${beyond.from}`, 'Inf', beyond.usd, `${rate}B`) }),
          },
          sku,
          effectiveDate: '2026-07-01T00:00:00Z',
          offerTermCode: 'JRTCKXETXF',
          termAttributes: {},
        },
      },
    },
    version: '20260730174512',
    publicationDate: '2026-07-30T17:45:12Z',
  })
}

/** Sixteen letters and digits, the same for the same product. */
function skuOf({ attributes }: SandboxProduct): string {
  return Buffer.from(attributes.usagetype ?? '')
    .toString('hex')
    .toUpperCase()
    .slice(-16)
    .padStart(16, '0')
}
