import type { Service } from '../service.ts'

/** Service Quotas, by Region. */
export function createQuotas(): Service {
  return { id: 'quotas', operations: {} }
}
