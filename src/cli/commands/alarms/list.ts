import { warningsTogether } from '../../../core/by-account.ts'
import { errorJson } from '../../../core/change-report.ts'
import { EXIT_CODE } from '../../../core/errors.ts'
import { grouped } from '../../../report/arrange.ts'
import { type Found, lookInto } from '../../../steps/across.ts'
import { alarmDigest, type ListedAlarm, listAlarms, ringingFirst } from '../../../steps/alarms/alarm-list.ts'
import { COMPOSITE_NAME } from '../../../steps/alarms/composite-rule.ts'
import { sentencesOf, withoutGuide } from '../../../steps/alarms/what-to-do.ts'
import type { Env } from '../../../steps/env.ts'
import { unheardWarnings } from '../../../steps/notify/notifications.ts'
import type { Session } from '../../../steps/session.ts'
import { readUse } from '../../../steps/use/quotas.ts'
import { accountLabel } from '../../../text/account.ts'
import { plain } from '../../../text/escape.ts'
import { count } from '../../../text/numbers.ts'
import { table } from '../../../text/table.ts'
import { wrap } from '../../../text/wrap.ts'
import { printError } from '../../../ui/error.ts'
import type { ListingAsked } from '../../args/result-flags.ts'
import type { App, Tell } from '../../command.ts'
import { fleetFor } from '../../session/open-session.ts'
import { columnsOf, openListing, type Sheet } from '../listing.ts'
import { FIELDS, type Listed, SHOWN } from './fields.ts'

/** The alarms of an account, or of each of several. Exit 5 where some could not be read. */
export async function list(app: App, asked: ListingAsked<Listed>, tell: Tell): Promise<number> {
  const { common, cx, io } = app
  const write = await openListing(app, asked)
  const fleet = await fleetFor(app, 'status')
  const isOne = fleet.accounts.length === 1
  const [alone] = fleet.sessions
  cx.emit({ type: 'phase', title: 'reading the alarms' })
  const listed: Found<Awaited<ReturnType<typeof read>>>[] = await (isOne
    ? read(alone).then((found) => [{ id: alone.env.accountId, session: alone, found }])
    : lookInto(fleet, async (session) => {
        const found = await read(session)
        for (const warning of found.unheard) session.cx.emit({ type: 'warning', warning })
        return found
      })
  ).finally(() => cx.emit({ type: 'phase-done' }))
  const unheard = isOne ? listed.flatMap(({ found }) => found?.unheard ?? []) : []
  const warnings = isOne
    ? [...alone.warnings, ...unheard]
    : [
        ...(fleet.warnings ?? []),
        ...warningsTogether(
          listed.map(({ id, session }) => ({ id, warnings: session?.warnings ?? [] })),
          new Map(listed.map((account) => [account.id, accountLabel(account)])),
        ),
      ]
  const all = ringingFirst(
    listed.flatMap(({ id, found }) => (found?.alarms ?? []).map((one) => ({ account: id, ...one }))),
  )
  const [matching, rows] = [asked.matching(all), asked.pick(all)]
  const inJson = (some: readonly Listed[]) => (isOne ? some.map(({ account: _, ...alarm }) => alarm) : some)
  const unread = listed.flatMap(({ id, error }) => (error ? `${id}: ${error.message}` : []))
  tell(() => alarmDigest(inJson(matching), { warnings: isOne ? unheard : warnings, unread }))
  const accounts = listed.map(({ id, name, error }) => ({
    id,
    ...(name && { name }),
    ...(error && { error: errorJson(error) }),
  }))
  await write({
    json: {
      schemaVersion: 1,
      command: 'alarms',
      accountId: isOne ? alone.env.accountId : null,
      ...(!isOne && { accounts }),
      regions: [...new Set(fleet.sessions.flatMap(({ env }) => env.regions))],
      alarms: inJson(rows),
      warnings,
    },
    rows,
    keys: FIELDS,
    print(sheet) {
      for (const { id, name, session, found, error } of listed) {
        if (!isOne) sheet.line(sheet.paint.bold(`Account ${accountLabel({ id, name })}`))
        const [own = [], of = []] = [rows, matching].map((some) => some.filter(({ account }) => account === id))
        const layout = { of, columns: asked.columns, verbose: common.verbose }
        if (found && session) printAlarms(sheet, own, session.env, layout)
        if (error) printError(io.stderr, error, common)
      }
    },
  })
  // Rows alone have no place for it.
  if (asked.format.name === 'csv') for (const { error } of listed) if (error) printError(io.stderr, error, common)
  // For a person below the table, where it is seen.
  for (const warning of unheard) cx.emit({ type: 'warning', warning })
  return unread.length > 0 ? EXIT_CODE.partial : 0
}

/** Which alarms on spend and quotas there should be depends on the models in use. */
async function read({ cx, env, prices }: Session) {
  const standing = async () => listAlarms(cx, { ...env, ...(await readUse(cx, env, ['5'], prices)) })
  const [alarms, unheard] = await Promise.all([standing(), unheardWarnings(cx, env)])
  return { alarms, unheard }
}

const LEAST_COLUMNS = new Map([
  ['watches', 100],
  ['since', 120],
])
const MOST_COLUMNS = 160

/** Every alarm with its state, what it watches and when it goes off; under it, why those go off that do, which nobody hears and, if `verbose`, what others leave out. */
export function printAlarms(
  out: Sheet,
  alarms: readonly Listed[],
  { regions, settings }: { regions: readonly string[]; settings: Pick<Env['settings'], 'alarms'> },
  {
    of = alarms,
    columns: asked = [],
    verbose = false,
  }: {
    of?: readonly Listed[]
    columns?: readonly string[]
    verbose?: boolean
  },
): void {
  const width = Math.min(out.width, MOST_COLUMNS)
  const usual = SHOWN.filter((name) => width >= (LEAST_COLUMNS.get(name) ?? 0))
  const columns = columnsOf(FIELDS, asked.length > 0 ? asked : usual)
  const say = (text: string) =>
    out.lines(wrap(plain(text), width - 2).map((line, index) => out.paint.dim(index === 0 ? line : `  ${line}`)))
  for (const region of regions) {
    const here = alarms.filter((alarm) => alarm.region === region)
    if (here.length === 0) continue
    if (regions.length > 1) out.line(out.paint.bold(region))
    out.lines(table({ columns, least: 12 }, here, { width, paint: out.paint }))
    notes(here, verbose).forEach(say)
  }
  out.line(`Alarms: ${summaryOf(of)}.`)
  if (of.every(({ state }) => state !== 'MISSING')) return
  if (settings.alarms !== 'minimal' && !of.some(({ name }) => name.endsWith('Spend')))
    say('Alarms on spend and quotas depend on the models in use and are listed once they exist.')
  out.line('To create what is missing: bedrock-monitor alarms sync')
}

/** Why alarms go off, which of them nobody hears and, if that is asked for, what they leave out. */
function notes(alarms: readonly ListedAlarm[], verbose: boolean): string[] {
  const told = alarms.filter(({ state }) => state === 'ALARM' || (verbose && state !== 'MISSING'))
  const own = grouped(told, (alarm) =>
    [...(alarm.state === 'ALARM' ? [alarm.reason] : []), notCovered(alarm)].join(' ').trim(),
  )
  own.delete('')
  const isTold = alarms.some(({ name, notifies }) => name === COMPOSITE_NAME && notifies.length > 0)
  const silent = isTold ? [] : alarms.filter(({ state, notifies }) => state !== 'MISSING' && notifies.length === 0)
  return [
    ...[...own].map(([text, those]) => `${those.map(({ name }) => name).join(', ')}: ${text}`),
    ...(silent.length === 0 ? [] : [`Nobody is notified of ${silent.map(({ name }) => name).join(', ')}.`]),
  ]
}

/** What an alarm does not cover, and what to run when it goes off. The first sentence of its description says what it watches, which stands elsewhere. */
const notCovered = ({ state, description }: ListedAlarm): string =>
  sentencesOf(state === 'ALARM' ? description : withoutGuide(description))
    .slice(1)
    .join(' ')

function summaryOf(alarms: readonly ListedAlarm[]): string {
  if (alarms.length === 0) return 'none matches --where'
  const words = { ALARM: 'in ALARM', INSUFFICIENT_DATA: 'without data', MISSING: 'missing' }
  const parts = Object.entries(words).flatMap(([state, word]) => {
    const number = alarms.filter((alarm) => alarm.state === state).length
    return number > 0 ? [`${number} ${word}`] : []
  })
  return `${count(alarms.length, 'alarm')}, ${parts.length === 0 ? 'none in ALARM' : parts.join(', ')}`
}
