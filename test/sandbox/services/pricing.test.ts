import { GetProductsCommand, PricingClient } from '@aws-sdk/client-pricing'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'

let sandbox: Sandbox
let client: PricingClient

beforeAll(async () => {
  sandbox = await startSandbox()
  client = new PricingClient({
    region: 'us-east-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  })
})
afterAll(() => sandbox.close())

interface Listed {
  product: { attributes: Record<string, string> }
  terms: { OnDemand: Record<string, { priceDimensions: Record<string, { pricePerUnit: { USD: string } }> }> }
}

async function list(
  serviceCode: string,
  region: string,
  size?: number,
): Promise<{ products: Listed[]; pages: number }> {
  const products: Listed[] = []
  let token: string | undefined
  let pages = 0
  do {
    const page = await client.send(
      new GetProductsCommand({
        ServiceCode: serviceCode,
        Filters: [{ Type: 'TERM_MATCH', Field: 'regionCode', Value: region }],
        ...(size !== undefined && { MaxResults: size }),
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    products.push(...(page.PriceList ?? []).map((text: unknown) => JSON.parse(String(text)) as Listed))
    token = page.NextToken
    pages += 1
  } while (token !== undefined)
  return { products, pages }
}

describe('the price list', () => {
  it("answers JSON text with AWS's attributes and prices of ten decimals", async () => {
    const { products } = await list('AmazonBedrock', 'us-east-1')
    const [first] = products
    expect(first?.product.attributes).toMatchObject({
      servicecode: 'AmazonBedrock',
      regionCode: 'us-east-1',
      usagetype: 'USE1-NovaMicro-input-tokens',
    })
    const term = Object.values(first?.terms.OnDemand ?? {})[0]
    expect(Object.values(term?.priceDimensions ?? {})[0]?.pricePerUnit.USD).toBe('0.0000350000')
  })

  it('names the models of the Marketplace in the service only', async () => {
    const { products } = await list('AmazonBedrockFoundationModels', 'eu-west-1')
    expect(products.length).toBeGreaterThan(10)
    for (const { product } of products) {
      expect(product.attributes.servicename).toMatch(/ \(Amazon Bedrock Edition\)$/)
      expect(product.attributes).not.toHaveProperty('model')
    }
  })

  it('comes in pages', async () => {
    const whole = await list('AmazonBedrock', 'us-east-1')
    const parts = await list('AmazonBedrock', 'us-east-1', 3)
    expect(parts.products).toEqual(whole.products)
    expect(parts.pages).toBe(Math.ceil(whole.products.length / 3))
  })

  it.each([
    ['AmazonBedrocks', 'us-east-1'],
    ['AmazonBedrock', 'us-east-9'],
  ])('answers an empty list, and no error, for %s in %s', async (serviceCode, region) => {
    expect((await list(serviceCode, region)).products).toEqual([])
  })

  it('refuses pages that are too large', async () => {
    await expect(list('AmazonBedrock', 'us-east-1', 101)).rejects.toMatchObject({ name: 'InvalidParameterException' })
  })
})
