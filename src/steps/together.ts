import { warningsTogether } from '../core/by-account.ts'
import { type CommandResult, errorJson } from '../core/change-report.ts'
import { AppError, declined } from '../core/errors.ts'
import { type AccountResult, HELD_UP, idOf, labelsOf } from './across.ts'
import type { Fleet } from './session.ts'

/** The results of all accounts as one; `ok` where all is well in each. */
export function together(command: string, { accounts }: Fleet, results: readonly AccountResult[]): CommandResult {
  const of = (id: string) => results.find(({ session }) => session.env.accountId === id)?.result
  const errors = [
    ...accounts.flatMap(({ error }) => (error ? [error] : [])),
    ...results.flatMap(({ result: { error } }) => (error ? [error] : [])),
  ]
  const reports = results.map(({ result }) => result.report)
  const well = results.filter(({ result }) => !result.error).length
  const isChanged = reports.some(({ resources }) => resources.some(({ outcome }) => outcome === 'done'))
  const error = errorOf(errors, { command, well, isChanged })
  return {
    report: {
      schemaVersion: 1,
      command,
      accountId: null,
      accounts: accounts.map(({ id, name, error: own }) => {
        const failure = own ?? of(id)?.error
        const ok = own === undefined && of(id)?.report.ok === true
        return { id, ...(name && { name }), ok, ...(failure && { error: errorJson(failure) }) }
      }),
      regions: [...new Set(reports.flatMap(({ regions }) => regions))],
      ok: !error && reports.every(({ ok }) => ok),
      resources: results.flatMap(({ session, result }) =>
        result.report.resources.map((resource) => ({ account: session.env.accountId, ...resource })),
      ),
      warnings: warningsTogether(
        results.map(({ session, result }) => ({ id: idOf(session), warnings: result.report.warnings })),
        labelsOf(results.map(({ session }) => session)),
      ),
    },
    ...(error && { error }),
  }
}

/**
 * What all fail by is the error of the whole; where some did what they should, the whole is done in part. A no in one account is
 * that of all only where nothing was changed in any.
 */
function errorOf(
  errors: readonly AppError[],
  { command, well, isChanged }: { command: string; well: number; isChanged: boolean },
): AppError | undefined {
  const [first] = errors
  const ofAll = errors.find(
    ({ code, kind }) => code === HELD_UP || (kind === 'interrupted' && !(code === declined().code && isChanged)),
  )
  if (ofAll || !first || (well === 0 && !isChanged)) return ofAll ?? first
  return new AppError(
    'partial',
    'PartlyDone',
    `${command} did not succeed in ${errors.length} of ${errors.length + well} accounts`,
    {
      hint: first.hint ?? `run bedrock-monitor ${command} again: it carries on where it stopped`,
    },
  )
}
