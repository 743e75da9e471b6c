import { errorJson } from '../../../core/change-report.ts'
import { EXIT_CODE } from '../../../core/errors.ts'
import { type DoctorReport, doctor, INCOMPLETE } from '../../../doctor/doctor.ts'
import { type Found, lookInto } from '../../../steps/across.ts'
import type { Fleet } from '../../../steps/session.ts'
import { accountLabel } from '../../../text/account.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { wrap } from '../../../text/wrap.ts'
import { type App, printJson } from '../../session/app.ts'
import type { Tell } from '../../session/notifying.ts'

const LEAST_COLUMNS = 60
/** What is told of one account: where nothing is set up, nearly all of it is missing. */
const MOST_TITLES = 3

type Examined = Found<DoctorReport>

/** Examines each account of a fleet, and tells in a line what is to be fixed there. */
export async function examineFleet(app: App, fleet: Fleet, tell: Tell): Promise<number> {
  const { cx } = app
  cx.emit({ type: 'phase', title: `examining ${count(fleet.sessions.length, 'account')}` })
  const examined = await lookInto(fleet, doctor).finally(() => cx.emit({ type: 'phase-done' }))
  const ok = examined.every(({ found }) => found?.ok)
  app.reporter.pause()
  if (app.common.json)
    printJson(app, { schemaVersion: 1, command: 'doctor', ok, accountId: null, accounts: examined.map(toJson) })
  else print(app, examined)
  tell(async () => (await import('../../../doctor/finding.ts')).doctorDigest(examined))
  if (examined.some(({ found }) => found && !found.ok)) return EXIT_CODE.gate
  const isIncomplete = examined.some(
    ({ found, error }) => error || found?.findings.some(({ code }) => code === INCOMPLETE),
  )
  return isIncomplete ? EXIT_CODE.partial : 0
}

function toJson({ id, name, found, error }: Examined): object {
  const { regions = [], findings = [], passed = [], ok = false } = found ?? {}
  return { id, ...(name && { name }), ok, regions, findings, passed, ...(error && { error: errorJson(error) }) }
}

/** "invocation logging is off; log-group x is missing; and 9 more" */
export function someOf(titles: readonly string[]): string {
  if (titles.length <= MOST_TITLES) return titles.join('; ')
  return `${titles.slice(0, MOST_TITLES - 1).join('; ')}; and ${titles.length - MOST_TITLES + 1} more`
}

function print({ io: { stdout } }: App, examined: readonly Examined[]): void {
  const { paint } = stdout
  const room = Math.max(LEAST_COLUMNS, stdout.width) - 4
  for (const { id, name, found, error } of examined) {
    const titles = found?.findings.filter(({ severity }) => severity === 'error').map(({ title }) => title) ?? []
    const said = error ? error.message : someOf(titles) || 'nothing to fix'
    const isWell = !error && titles.length === 0
    const mark = isWell ? paint.green('✔') : paint.red('✖')
    const [head = '', ...more] = wrap(`${accountLabel({ id, name })}: ${plain(said)}`, room)
    stdout.line(`  ${mark} ${head}`)
    for (const line of more) stdout.line(`    ${line}`)
  }
  const wrong = examined.filter(({ found }) => !found?.ok).length
  const [one] = examined.filter(({ found }) => found && !found.ok)
  stdout.line()
  stdout.line(
    wrong === 0
      ? 'Doctor: nothing to fix.'
      : `Doctor: something to fix in ${wrong} of ${count(examined.length, 'account')}.`,
  )
  if (one) stdout.line(`For the details of one: bedrock-monitor doctor --accounts ${one.id}`)
}
