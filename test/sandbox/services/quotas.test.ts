import { ListServiceQuotasCommand, type ServiceQuota, ServiceQuotasClient } from '@aws-sdk/client-service-quotas'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts'
import { refusal } from '../clients.ts'

const NOVA = 'On-demand model inference tokens per minute for Amazon Nova Pro'

let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await startSandbox()
})
afterEach(() => sandbox.close())

const clientIn = (region: string) =>
  new ServiceQuotasClient({
    region,
    endpoint: sandbox.url,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    maxAttempts: 1,
  })

async function list(region = 'us-east-1', size = 100): Promise<{ quotas: ServiceQuota[]; pages: number }> {
  const quotas: ServiceQuota[] = []
  let token: string | undefined
  let pages = 0
  do {
    const page = await clientIn(region).send(
      new ListServiceQuotasCommand({
        ServiceCode: 'bedrock',
        MaxResults: size,
        ...(token !== undefined && { NextToken: token }),
      }),
    )
    quotas.push(...(page.Quotas ?? []))
    pages += 1
    token = page.NextToken
  } while (token !== undefined)
  return { quotas, pages }
}

const novaQuota = (quotas: readonly ServiceQuota[]) => quotas.find(({ QuotaName }) => QuotaName === NOVA)?.Value

describe('Service Quotas', () => {
  it('list page by page, every quota once', async () => {
    const { quotas, pages } = await list('us-east-1', 10)
    expect(pages).toBeGreaterThan(3)
    expect(new Set(quotas.map(({ QuotaCode }) => QuotaCode)).size).toBe(quotas.length)
    expect(quotas).toEqual((await list()).quotas)
    expect(quotas[0]).toMatchObject({ ServiceCode: 'bedrock', Unit: 'None', GlobalQuota: false })
  })

  it('are of each Region', async () => {
    sandbox.services.quotas.set('us-east-1', NOVA, 7)
    expect(novaQuota((await list()).quotas)).toBe(7)
    expect(novaQuota((await list('eu-west-1')).quotas)).toBe(1_000_000)
  })

  it('refuse a page that is too large', async () => {
    expect(await refusal(list('us-east-1', 101))).toMatchObject({ name: 'IllegalArgumentException' })
  })
})
