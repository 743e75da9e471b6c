import type { Context } from '../core/context.ts'
import { placesIn } from '../core/place.ts'
import { type ReportOutcome, type ReportRequest, report as reportOf } from '../report/report.ts'
import type { Session } from './session.ts'

/** Who reads, and on whose behalf. */
export interface ReportSurroundings {
  cx: Context
  stdin?: AsyncIterable<Uint8Array> | undefined
  /** Opened once the source needs AWS, which what is on this machine does not. */
  open(): Promise<Pick<Session, 'cx' | 'env' | 'given'>>
}

/** Step 6: usage and cost in a window, in the account and the Regions of a session. Reads only. */
export function report({ cx, stdin, open }: ReportSurroundings, request: ReportRequest): Promise<ReportOutcome> {
  const signIn = async () => {
    const { cx, env, given } = await open()
    return { places: placesIn(cx, env.accountId, env.regions), settings: env.settings, given: given ?? new Set() }
  }
  return reportOf({ cx, stdin, signIn }, request)
}
