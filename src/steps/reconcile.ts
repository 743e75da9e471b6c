import { type ReconcileOutcome, type ReconcileRequest, readReconciliation } from '../report/reconcile/read.ts'
import { type ReportSurroundings, sessionOf } from './6-report.ts'
import type { Fleet } from './session.ts'

/** The bill is asked for as who runs it: nobody's role is assumed for it. */
export interface ReconcileSurroundings extends ReportSurroundings {
  openBill(): Promise<Fleet>
}

/** Estimate beside bill, in the accounts and Regions of a fleet. Reads only. */
export function reconcile(surroundings: ReconcileSurroundings, request: ReconcileRequest): Promise<ReconcileOutcome> {
  const { openBill } = surroundings
  const sessions = { estimate: sessionOf(surroundings), bill: sessionOf({ ...surroundings, open: openBill }) }
  return readReconciliation(sessions, request)
}
