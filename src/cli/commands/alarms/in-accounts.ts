import { warningsTogether } from '../../../core/by-account.ts'
import { errorJson } from '../../../core/change-report.ts'
import { type AppError, EXIT_CODE } from '../../../core/errors.ts'
import type { RowKey } from '../../../report/arrange.ts'
import { lookInto } from '../../../steps/across.ts'
import { type ListedAlarm, listAlarms } from '../../../steps/alarms/alarm-list.ts'
import { unheardWarnings } from '../../../steps/notify/notifications.ts'
import type { Fleet } from '../../../steps/session.ts'
import { accountLabel } from '../../../text/account.ts'
import { printError } from '../../../ui/error.ts'
import type { ListingAsked, Picked } from '../../args/row-flags.ts'
import type { App } from '../../session/app.ts'
import type { openListing } from '../../session/listing.ts'
import type { Tell } from '../../session/notifying.ts'
import { type AlarmsAsked, printAlarms } from './table.ts'

/** An alarm, with its account where there are several. */
export type Listed = ListedAlarm & { account?: string }

interface InFleet extends AlarmsAsked {
  asked: ListingAsked
  pick: Picked<Listed>
  keys: readonly RowKey<Listed>[]
  write: Awaited<ReturnType<typeof openListing>>
}

/** The alarms of each account of a fleet. Exit 5 where some could not be read. */
export async function listInFleet(
  app: App,
  fleet: Fleet,
  tell: Tell,
  { pick, keys, write, ...shown }: InFleet,
): Promise<number> {
  const { common, cx, io } = app
  cx.emit({ type: 'phase', title: 'reading the alarms' })
  const listed = await lookInto(fleet, async ({ cx: there, env }) => {
    const [alarms, unheard] = await Promise.all([listAlarms(there, env), unheardWarnings(there, env)])
    for (const warning of unheard) there.emit({ type: 'warning', warning })
    return alarms
  }).finally(() => cx.emit({ type: 'phase-done' }))
  const warnings = warningsTogether(
    listed.map(({ id, session }) => ({ id, warnings: session?.warnings ?? [] })),
    new Map(listed.map((account) => [account.id, accountLabel(account)])),
  )
  app.reporter.pause()
  const alarms = pick(listed.flatMap(({ id, found }) => found?.map((alarm) => ({ account: id, ...alarm })) ?? []))
  tell(async () => {
    const { alarmDigest } = await import('../../../steps/alarms/alarm-list.ts')
    const unread = listed.flatMap(({ id, error }) => (error ? `${id}: ${error.message}` : []))
    return alarmDigest(alarms, { warnings, unread })
  })
  const tellError = (error: AppError) => printError(io.stderr, error, { debug: common.debug })
  await write({
    json: {
      schemaVersion: 1,
      command: 'alarms',
      accountId: null,
      accounts: listed.map(({ id, name, error }) => ({
        id,
        ...(name && { name }),
        ...(error && { error: errorJson(error) }),
      })),
      regions: [...new Set(fleet.sessions.flatMap(({ env }) => env.regions))],
      alarms,
      warnings,
    },
    rows: alarms,
    keys,
    print(sheet) {
      for (const { id, name, session, found, error } of listed) {
        sheet.line(sheet.paint.bold(`Account ${accountLabel({ id, name })}`))
        const own = alarms.filter(({ account }) => account === id)
        if (found && session) printAlarms(sheet, own, session.env, shown)
        if (error) tellError(error)
      }
    },
  })
  // Rows alone have no place for it.
  if (shown.asked.format.name === 'csv') for (const { error } of listed) if (error) tellError(error)
  return listed.some(({ error }) => error) ? EXIT_CODE.partial : 0
}
