import type { Service } from '../service.ts'

/** AWS Budgets: of the account, whatever the Region. */
export function createBudgets(): Service {
  return { id: 'budgets', operations: {} }
}
