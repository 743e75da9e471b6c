import { errorJson } from '../../core/change-report.ts'
import type { Warning } from '../../core/events.ts'
import { accountLabel } from '../../text/account.ts'
import type { ReportAccount } from '../report-lines.ts'
import type { KnownAccount } from './source.ts'

export function reportAccounts(read: readonly string[], known: readonly KnownAccount[]): ReportAccount[] {
  const ids = [...new Set([...known.map(({ id }) => id), ...read])]
  return ids.map((id) => {
    const own = known.filter((account) => account.id === id)
    const name = own.find((account) => account.name)?.name
    const linked = own.some((account) => account.linked)
    const error = own.find((account) => account.error)?.error
    return { id, ...(name && { name }), ...(linked && { linked }), ...(error && { error: errorJson(error) }) }
  })
}

export function unreadAccounts(known: readonly KnownAccount[]): Warning[] {
  return known.flatMap(({ id, name, error, linked, regions = [] }) => {
    if (!error) return []
    const where = linked ? `is read through its link, which does not reach ${regions.join(', ')}` : 'is left out'
    const message = `account ${accountLabel({ id, name })} ${where}: ${error.message}`
    return [{ code: 'account-unreadable', message }]
  })
}

export function hintOf(known: readonly KnownAccount[]): string | undefined {
  return known.find(({ error }) => error?.hint)?.error?.hint
}
