import { errorJson } from '../../../core/change-report.ts'
import { EXIT_CODE } from '../../../core/errors.ts'
import { type DoctorReport, doctor, INCOMPLETE } from '../../../doctor/doctor.ts'
import type { Finding } from '../../../doctor/finding.ts'
import { doctorDigest } from '../../../doctor/finding.ts'
import { type Found, lookInto } from '../../../steps/across.ts'
import { accountLabel } from '../../../text/account.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { wrap, wrapCommand } from '../../../text/wrap.ts'
import type { Output } from '../../../ui/output.ts'
import { type App, printJson, type Tell } from '../../command.ts'
import { fleetFor } from '../../session/open-session.ts'

type Examined = Found<DoctorReport>

/** Examines an account in full, or several, of which it is told in a line what is to be fixed in each. Answers the exit code. */
export async function examine(app: App, tell: Tell): Promise<number> {
  const { cx, io, common } = app
  const fleet = await fleetFor(app, 'doctor', { within: true })
  const isOne = fleet.accounts.length === 1
  if (!isOne) cx.emit({ type: 'phase', title: `examining ${count(fleet.sessions.length, 'account')}` })
  const examined: Examined[] = isOne
    ? [await doctor(fleet.sessions[0])].map((found) => ({ id: found.accountId, found }))
    : await lookInto(fleet, doctor).finally(() => cx.emit({ type: 'phase-done' }))
  const [{ found: first } = {}] = examined
  const ok = examined.every(({ found }) => found?.ok)
  const accounts = examined.map(toJson)
  if (common.json)
    printJson(app, isOne && first ? first : { schemaVersion: 1, command: 'doctor', ok, accountId: null, accounts })
  else if (isOne && first) printDoctor(io.stdout, first)
  else printAccounts(io.stdout, examined)
  tell(() => doctorDigest(examined))
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

function printDoctor(out: Output, { accountId, regions, findings, passed }: DoctorReport): void {
  out.line(`Account ${accountId}, Region ${regions.join(', ')}`)
  for (const title of passed) out.line(`  ${out.paint.green('✔')} ${title}`)
  for (const finding of findings) printFinding(out, finding)
  const numberOf = (wanted: Finding['severity']) => findings.filter(({ severity }) => severity === wanted).length
  const [errors, warnings] = [numberOf('error'), numberOf('warning')]
  const more = warnings > 0 ? `, ${count(warnings, 'warning')}` : ''
  out.line(`\nDoctor: ${errors === 0 ? 'nothing is wrong' : count(errors, 'problem')}${more}.`)
}

function printFinding(out: Output, { severity, title, why, fix }: Finding): void {
  const { paint } = out
  const mark = { error: paint.red('✖'), warning: paint.yellow('!'), info: paint.dim('i') }[severity]
  // One in ASCII is wider.
  const arrow = out.unicode ? '→' : '->'
  const columns = Math.max(40, Math.min(out.width, 100)) - 4
  const fixes = wrapCommand(plain(fix), out.isTty ? columns - arrow.length - 1 : Number.POSITIVE_INFINITY)
  const lines = [
    ...wrap(plain(title), columns).map((line, index) => `${index === 0 ? `${mark} ` : '  '}${paint.bold(line)}`),
    ...wrap(plain(why), columns).map((line) => `  ${paint.dim(line)}`),
    ...fixes.map((line, index) => `  ${index === 0 ? paint.cyan(arrow) : ' '.repeat(arrow.length)} ${line}`),
  ]
  out.lines(['', ...lines.map((line) => `  ${line}`)])
}

/** What is told of one account: where nothing is set up, nearly all of it is missing. */
const MOST_TITLES = 3

/** "invocation logging is off; log-group x is missing; and 9 more" */
export function someOf(titles: readonly string[]): string {
  if (titles.length <= MOST_TITLES) return titles.join('; ')
  return `${titles.slice(0, MOST_TITLES - 1).join('; ')}; and ${titles.length - MOST_TITLES + 1} more`
}

function printAccounts(out: Output, examined: readonly Examined[]): void {
  const { green, red } = out.paint
  for (const { id, name, found, error } of examined) {
    const titles = found?.findings.filter(({ severity }) => severity === 'error').map(({ title }) => title) ?? []
    const said = error ? error.message : someOf(titles) || 'nothing to fix'
    const mark = error || titles.length > 0 ? red('✖') : green('✔')
    const lines = wrap(`${accountLabel({ id, name })}: ${plain(said)}`, Math.max(60, out.width) - 4)
    out.lines(lines.map((line, index) => `  ${index === 0 ? mark : ' '} ${line}`))
  }
  const wrong = examined.filter(({ found }) => !found?.ok).length
  const [one] = examined.filter(({ found }) => found && !found.ok)
  const some = `something to fix in ${wrong} of ${count(examined.length, 'account')}`
  out.line(`\nDoctor: ${wrong === 0 ? 'nothing to fix' : some}.`)
  if (one) out.line(`For the details of one: bedrock-monitor doctor --accounts ${one.id}`)
}
