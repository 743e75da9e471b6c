import type { Context } from '../core/context.ts'
import { type ReconcileOutcome, type ReconcileRequest, readReconciliation } from '../report/reconcile/read.ts'
import { report as reportOf } from '../report/report.ts'
import type { ReportSession } from '../report/sources/opening.ts'
import type { ReportOutcome, ReportRequest } from '../report/sources/source.ts'
import { type Fleet, linkedOf, placesOf } from './session.ts'

export interface ReportSurroundings {
  cx: Context
  stdin?: AsyncIterable<Uint8Array> | undefined
  tallies?: ReportSession['tallies']
  /** Opened once the source needs AWS, which what is on this machine does not. */
  open(): Promise<Fleet>
}

/** Step 6: usage and cost in a window, in the accounts and Regions of a fleet. Reads only. */
export function report(surroundings: ReportSurroundings, request: ReportRequest): Promise<ReportOutcome> {
  return reportOf(sessionOf(surroundings), request)
}

export function sessionOf({ cx, stdin, tallies, open }: ReportSurroundings): ReportSession {
  const signIn = async () => {
    const fleet = await open()
    const [{ env, given = new Set<string>() }] = fleet.sessions
    return {
      places: placesOf(fleet),
      accounts: fleet.accounts,
      linked: linkedOf(fleet),
      settings: env.settings,
      given,
    }
  }
  return { cx, stdin, tallies, signIn }
}

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
