import { type CommandResult, changeReport, failureOf } from '../../core/change-report.ts'
import { planApply } from '../../core/plan.ts'
import { run } from '../../core/run.ts'
import { headOf, type Session } from '../session.ts'
import { type QueryTexts, savedQueries } from './saved-queries.ts'

/** Puts queries into the console of each Region. What stands there as it should is not written again. */
export async function saveQueries(session: Session, texts: QueryTexts): Promise<CommandResult> {
  const { cx, env } = session
  const wanted = savedQueries(env, texts).filter((resource) => resource.wanted)
  const items = await planApply(cx, wanted)
  const results = await run(cx, items, { direction: 'apply', recover: () => Promise.resolve('skip') })
  const error = failureOf(results, 'query --save')
  return { report: changeReport(headOf(session, 'query'), results, !error), ...(error && { error }) }
}
