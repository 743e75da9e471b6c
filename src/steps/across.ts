import { type AwsContext, telling } from '../aws/context.ts'
import { type AccountProgress, type AccountWork, accountProgress, warningsTogether } from '../core/by-account.ts'
import { type CommandResult, changeReport } from '../core/change-report.ts'
import { AppError, isAppError, toAppError } from '../core/errors.ts'
import type { PlanItem } from '../core/plan.ts'
import { sideBySide } from '../core/side-by-side.ts'
import { accountLabel } from '../text/account.ts'
import { type Fleet, headOf, type Session } from './session.ts'

export interface AccountResult {
  session: Session
  result: CommandResult
}

export interface ReadyPlan {
  session: Session
  pending: readonly PlanItem[]
}

export interface AcrossOptions {
  /** Go on in the other accounts where one is blocked or could not be read. */
  keepGoing: boolean
  /** Asked once, when all plans stand; answers why nothing is to be changed. */
  settle(plans: readonly ReadyPlan[]): Promise<AppError | undefined>
}

export const HELD_UP = 'AccountHeldUp'

const READING = { verb: 'reading', past: 'read' }
const AT_ONCE = 8

/** Runs a command in each account of a fleet: all plan first, and nothing is changed before every plan stands and is settled. */
export async function acrossAccounts(
  fleet: Fleet,
  work: (
    session: Session,
    begin: (pending: readonly PlanItem[]) => Promise<AppError | undefined>,
  ) => Promise<CommandResult>,
  { keepGoing, settle }: AcrossOptions,
): Promise<AccountResult[]> {
  const { accounts } = fleet
  const { sessions, tell } = hearing(fleet)
  const turns = turnsFor(AT_ONCE)
  const [{ cx }] = sessions
  const progressOf = (of: readonly Session[], work: AccountWork) =>
    accountProgress(cx, of.map(idOf), work, labelsOf(sessions))
  const planning = progressOf(sessions, READING)
  let changing: AccountProgress | undefined
  const ready: ReadyPlan[] = []
  const inTheWay = accounts.flatMap(({ id, error }) => (error ? [{ id, error }] : []))
  let resolve: (error: AppError | undefined) => void = () => {}
  const settled = new Promise<AppError | undefined>((done) => {
    resolve = done
  })
  /** A fault of the program or an interruption: whatever is to be gone on with, nothing is begun after it. */
  let fatal: AppError | undefined
  let open = sessions.length
  const arrived = () => {
    open -= 1
    if (open > 0) return
    planning.end()
    tell()
    // Nobody waits where nothing is to be changed.
    if (ready.length === 0) return
    const [first] = inTheWay
    if (fatal) resolve(fatal)
    else if (first && !keepGoing) resolve(heldUp(first.id, first.error))
    else settle(ready).then(resolve, (error: unknown) => resolve(toAppError(error)))
  }
  const results = await Promise.all(
    sessions.map(async (session) => {
      await turns.take()
      const id = idOf(session)
      planning.start(id)
      let isWaiting = true
      let hasFailed = true
      try {
        const result = await work(session, async (pending) => {
          ready.push({ session, pending })
          isWaiting = false
          planning.through(id)
          turns.free()
          arrived()
          const error = await settled
          await turns.take()
          if (error) return error
          changing ??= progressOf(
            ready.map((each) => each.session),
            { verb: 'changing', past: 'changed' },
          )
          changing.start(id)
          return undefined
        })
        hasFailed = result.error !== undefined
        if (isWaiting && result.error) inTheWay.push({ id, error: result.error })
        return { session, result }
      } catch (thrown) {
        const error = toAppError(thrown)
        if (!isAppError(thrown) || error.kind === 'interrupted') fatal ??= error
        inTheWay.push({ id, error })
        return { session, result: { report: changeReport(headOf(session, ''), [], false), error } }
      } finally {
        turns.free()
        if (isWaiting) planning.through(id, hasFailed)
        else changing?.through(id, hasFailed)
        if (isWaiting) arrived()
      }
    }),
  )
  changing?.end()
  tell()
  if (fatal) throw fatal
  return results
}

export const idOf = ({ env }: Session) => env.accountId

/** Sessions whose warnings wait to be told together: most hold for many accounts. */
function hearing({ cx, sessions }: Fleet): { sessions: Fleet['sessions']; tell(): void } {
  const told = new Map(sessions.map((session) => [session, session.warnings.length]))
  return {
    sessions: sessions.map((session) => {
      const { cx, warnings } = session
      const emit: AwsContext['emit'] = (event) =>
        event.type === 'warning' ? void warnings.push(event.warning) : cx.emit(event)
      return { ...session, cx: telling(cx, emit) }
    }) as never,
    tell() {
      const fresh = [...told].map(([session, from]) => ({ id: idOf(session), warnings: session.warnings.slice(from) }))
      for (const session of sessions) told.set(session, session.warnings.length)
      for (const warning of warningsTogether(fresh, labelsOf(sessions))) cx.emit({ type: 'warning', warning })
    },
  }
}

export function labelsOf(sessions: readonly Session[]): ReadonlyMap<string, string> {
  return new Map(
    sessions.map((session) => [idOf(session), accountLabel({ id: idOf(session), name: session.accountName })]),
  )
}

function heldUp(id: string, { message }: AppError): AppError {
  return new AppError('blocked', HELD_UP, `nothing was changed, since account ${id} is in the way: ${message}`, {
    hint: 'fix that, leave the account out with --exclude-accounts, or pass --keep-going to set up the others',
  })
}

function turnsFor(most: number) {
  let free = most
  const waiting: (() => void)[] = []
  return {
    async take() {
      if (free > 0) free -= 1
      else await new Promise<void>((go) => waiting.push(go))
    },
    free() {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    },
  }
}

export interface Found<Thing> {
  id: string
  name?: string
  session?: Session
  found?: Thing
  error?: AppError
}

/** Looks into each account of a fleet; one in which that fails is told with its error, in the order in which they were asked for. */
export async function lookInto<Thing>(
  fleet: Fleet,
  work: (session: Session) => Promise<Thing>,
): Promise<Found<Thing>[]> {
  const { sessions, tell } = hearing(fleet)
  const [{ cx }] = sessions
  const progress = accountProgress(cx, sessions.map(idOf), READING, labelsOf(sessions))
  const looked = await sideBySide(sessions, AT_ONCE, async (session): Promise<Omit<Found<Thing>, 'id'>> => {
    try {
      return { session, found: await progress.during(idOf(session), () => work(session)) }
    } catch (error) {
      if (!isAppError(error) || error.kind === 'interrupted') throw error
      return { session, error }
    }
  }).finally(progress.end)
  tell()
  return fleet.accounts.map((account) => ({
    ...account,
    ...looked.find(({ session }) => session?.env.accountId === account.id),
  }))
}
