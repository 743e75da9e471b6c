import type { Usage } from '../report/model.ts'
import { reportAccounts } from '../report/sources/accounts.ts'
import type { KnownAccount } from '../report/sources/source.ts'
import type { Watched, WatchView } from './view.ts'

/** What `watch --json` prints: usage as in the report's JSON, with the invocations of each minute. Pure. */
export function watchJson(view: WatchView, known: readonly KnownAccount[] = []): object {
  const iso = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
  const numbers = ({ usage, course }: Watched): Usage & { invocationsByMinute: readonly number[] } => ({
    ...usage,
    invocationsByMinute: course,
  })
  const accounts = reportAccounts(view.accounts, known)
  const several = accounts.length > 1
  return {
    schemaVersion: 1,
    command: 'watch',
    ok: view.stale.length === 0 && view.missing.length === 0 && !accounts.some(({ error }) => error),
    accountId: several ? null : (view.accounts[0] ?? null),
    ...(several && { accounts }),
    regions: view.regions,
    generatedAt: iso(view.now),
    window: { start: iso(view.hour.start), end: iso(view.hour.end), hours: 1 },
    currency: 'USD',
    total: numbers(view.total),
    groups: view.models.map((one) => ({
      key: { model: one.model, ...(several && { account: one.account }), region: one.region },
      ...numbers(one),
    })),
    stale: view.stale.map(({ account, region, since, error: { code, message } }) => ({
      ...(several && { account }),
      region,
      since: since === undefined ? null : iso(since),
      error: { code, message },
    })),
    cost: { metricsRequested: view.metricsRequested, usdAnHour: Number(view.hourlyUsd.toFixed(6)) },
    warnings: view.notes,
  }
}
