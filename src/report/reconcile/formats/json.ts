import type { Reconciliation } from '../model.ts'

/** All of it, as src/schema/reconcile.schema.json says. */
export function render(result: Reconciliation): string {
  return `${JSON.stringify(result, null, 2)}\n`
}
