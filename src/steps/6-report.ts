import type { Context } from '../core/context.ts'
import { type ReportOutcome, type ReportRequest, report as reportOf } from '../report/report.ts'
import type { Session } from './session.ts'

/** Who reads, and on whose behalf. */
export interface ReportSurroundings {
  cx: Context
  stdin?: AsyncIterable<Uint8Array> | undefined
  /** Opened once the source needs AWS, which what is on this machine does not. */
  open(): Promise<Session>
}

/** Step 6: usage and cost in a window, in the account and the Regions of a session. Reads only. */
export function report({ cx, stdin, open }: ReportSurroundings, request: ReportRequest): Promise<ReportOutcome> {
  const signIn = async () => {
    const { cx, env } = await open()
    const { accountId, regions, settings } = env
    return { accountId, settings, places: regions.map((region) => ({ region, cx: cx.in(region) })) }
  }
  return reportOf({ cx, stdin, signIn }, request)
}
