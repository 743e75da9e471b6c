import type { Context } from './context.ts'
import type { Warning } from './events.ts'

export interface AccountWork {
  verb: string
  past: string
}

export type AccountProgress = ReturnType<typeof accountProgress>

/** Of one account nothing is told: its phases say more. `pieces` are the accounts of each piece of work, `labels` their names. */
export function accountProgress(
  cx: Pick<Context, 'emit'>,
  pieces: readonly string[],
  { verb, past }: AccountWork,
  labels: ReadonlyMap<string, string> = new Map(),
) {
  const left = new Map<string, number>()
  for (const account of pieces) left.set(account, (left.get(account) ?? 0) + 1)
  const total = left.size
  const emit: Context['emit'] = total < 2 ? () => {} : cx.emit
  const under = new Set<string>()
  const failed = new Set<string>()
  const id = `${verb} accounts`
  let done = 0
  const idOf = (account: string) => `${verb} account ${account}`
  const tell = () => {
    const note = failed.size > 0 ? `accounts ${past}, ${failed.size} failed` : `accounts ${past}`
    emit({ type: 'resource-progress', id, note, done, total })
  }
  const start = (account: string) => {
    if (under.has(account) || !left.has(account)) return
    under.add(account)
    const label = `account ${labels.get(account) ?? account}`
    emit({ type: 'resource-start', id: idOf(account), step: '', label, verb })
  }
  /** It is over; an account is through once all of its pieces are. */
  const through = (account: string, hasFailed = false) => {
    const rest = (left.get(account) ?? 0) - 1
    left.set(account, rest)
    if (hasFailed) failed.add(account)
    if (rest > 0) return
    done += 1
    emit({ type: 'resource-done', id: idOf(account) })
    tell()
  }
  const during = async <Outcome>(account: string, work: () => Promise<Outcome>): Promise<Outcome> => {
    start(account)
    const working = work()
    await working.then(
      () => through(account),
      () => through(account, true),
    )
    return working
  }
  emit({ type: 'resource-start', id, step: '', label: '', verb })
  tell()
  return { start, through, during, end: () => emit({ type: 'resource-done', id }) }
}

/** The same context, whose phases are not told: those of many accounts would be told through one another. */
export function withoutPhases<Cx extends Context>(cx: Cx): Cx {
  return {
    ...cx,
    emit(event) {
      if (event.type !== 'phase' && event.type !== 'phase-done') cx.emit(event)
    },
  }
}

/** Warnings of several accounts, each once, with those that it is about. Messages may differ in the account's id. */
export function warningsTogether(
  accounts: readonly { id: string; warnings: readonly Warning[] }[],
  labels: ReadonlyMap<string, string>,
): Warning[] {
  const found = new Map<string, { code: Warning['code']; of: Map<string, string>; general: string }>()
  for (const { id, warnings } of accounts) {
    for (const { code, message } of warnings) {
      const general = message.replaceAll(id, 'ACCOUNT_ID')
      const key = `${code} ${general}`
      const known = found.get(key) ?? { code, of: new Map(), general }
      found.set(key, { ...known, of: known.of.set(id, message) })
    }
  }
  return [...found.values()].map(({ code, of, general }) => {
    const names = [...of.keys()].map((id) => labels.get(id) ?? id).join(', ')
    const [own] = of.values()
    if (of.size === 1) return { code, message: `account ${names}: ${own}` }
    const which = of.size === accounts.length ? `all ${of.size} accounts` : `accounts ${names}`
    return { code, message: `${which}: ${general}` }
  })
}
