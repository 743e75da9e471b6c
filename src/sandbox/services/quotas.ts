import type { ServiceQuota, ServiceQuotas } from '@aws-sdk/client-service-quotas'
import { arnOf } from '../arn.ts'
import { AwsFault, type Call, faultOf, type Service } from '../service.ts'
import { paged, perRegion } from '../state.ts'
import { BEDROCK_QUOTAS, type QuotaRow } from './quotas/bedrock.ts'
import type { Operations } from './typed.ts'

const MOST_A_PAGE = 100

export interface Quotas extends Service {
  /** Gives a quota of Bedrock another value in a Region, as a granted increase does; of a name yet unknown, adds it. */
  set(region: string, name: string, value: number): void
  /** Takes a quota away: not every account is listed every quota. */
  drop(region: string, name: string): void
}

/** Service Quotas, by Region: those of Bedrock. */
export function createQuotas(): Quotas {
  const applied = perRegion(() => new Map(BEDROCK_QUOTAS.map((row) => [row[1], row])))
  return {
    id: 'quotas',
    set(region, name, value) {
      const rows = applied(region)
      const added = `L-${(0xf0000000 + rows.size).toString(16).toUpperCase()}`
      const [code, , , adjustable] = rows.get(name) ?? [added, name, 0, true]
      rows.set(name, [code, name, value, adjustable])
    },
    drop(region, name) {
      applied(region).delete(name)
    },
    operations: {
      ListServiceQuotas: (input, call) => {
        const { ServiceCode, MaxResults = MOST_A_PAGE, NextToken } = input
        checkService(ServiceCode)
        if (MaxResults < 1 || MaxResults > MOST_A_PAGE) throw invalid(`MaxResults must be 1 to ${MOST_A_PAGE}`)
        const all = [...applied(call.region).values()].map((row) => toQuota(row, call))
        return paged('Quotas', all, NextToken, MaxResults)
      },
    } satisfies Operations<ServiceQuotas>,
  }
}

/** As the real ones of Bedrock are: they name no metric of CloudWatch that tells how much of them is used. */
function toQuota([code, name, value, adjustable]: QuotaRow, call: Call): ServiceQuota {
  return {
    ServiceCode: 'bedrock',
    ServiceName: 'Amazon Bedrock',
    QuotaArn: arnOf('servicequotas', call, `bedrock/${code}`),
    QuotaCode: code,
    QuotaName: name,
    Value: value,
    Unit: 'None',
    Adjustable: adjustable,
    GlobalQuota: false,
  }
}

function checkService(code: string | undefined): void {
  if (!code) throw invalid('ServiceCode is required')
  if (code !== 'bedrock') {
    throw new AwsFault('NoSuchResourceException', `The request failed because service ${code} does not exist.`)
  }
}

const invalid = faultOf('IllegalArgumentException')
