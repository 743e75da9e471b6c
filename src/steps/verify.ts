import type { AwsContext } from '../aws/context.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { type PlanItem, planRemove, type RemoveOptions, unsettled } from '../core/plan.ts'
import { namesOf } from '../core/resource.ts'
import type { Result } from '../core/run.ts'

const SETTLE_MS = 20_000
const SETTLE_PAUSE_MS = 1_000

/** Once something was written, reads all again: what cannot be read, or still differs after a while, is a failure. */
export async function verify(cx: AwsContext, results: readonly Result<AwsContext>[]): Promise<AppError | undefined> {
  if (!results.some(({ outcome }) => outcome === 'done')) return undefined
  const standing = results
    .map(({ item }) => item)
    .filter(({ action, resource }) => action !== 'remove' && resource.wanted !== false)
  const settings = (open: readonly PlanItem[]) =>
    open.map(
      ({ resource, changes }) =>
        `${resource.type} ${resource.name} (${changes.map(({ path }) => path || 'it is gone').join(', ')})`,
    )
  return judged(cx, standing, unsettled, (open) => {
    const message = `written, but AWS shows other settings: ${settings(open).join('; ')}`
    return new AppError('failed', 'NotAsWritten', message, {
      hint: 'run bedrock-monitor status to see the differences; another run may have changed it',
    })
  })
}

/** Once something was removed, looks whether all of it is gone, and stays gone: another run may be at work at the same time. */
export async function verifyGone(
  cx: AwsContext,
  results: readonly Result<AwsContext>[],
  options: RemoveOptions,
): Promise<AppError | undefined> {
  if (!results.some(({ outcome }) => outcome === 'done')) return undefined
  const stands = async (quiet: AwsContext, items: PlanItem<AwsContext>[]) => {
    const resources = items.map(({ resource }) => resource)
    const again = await planRemove({ ...quiet, emit: () => {} }, resources, options)
    return again.filter(({ action, error }) => action === 'remove' || action === 'update' || error)
  }
  const gone = results.map(({ item }) => item).filter(({ action, reason }) => action !== 'none' || reason === undefined)
  return judged(cx, gone, stands, (open) => {
    const list = namesOf(open.map(({ resource }) => resource))
    return new AppError('partial', 'StillThere', `still there, or created again by another run: ${list}`, {
      hint: 'make sure that no other run is active, and run bedrock-monitor cleanup again',
    })
  })
}

async function judged(
  cx: AwsContext,
  items: PlanItem<AwsContext>[],
  look: Look,
  complain: (open: readonly PlanItem[]) => AppError,
): Promise<AppError | undefined> {
  if (items.length === 0) return undefined
  cx.emit({ type: 'phase', title: 'verifying' })
  try {
    const deadline = cx.clock.now() + SETTLE_MS
    const refused: PlanItem<AwsContext>[] = []
    let open = items
    // AWS may take a moment to show what it has accepted.
    for (;;) {
      open = await look(cx, open)
      // What AWS refuses it goes on refusing.
      refused.push(...open.filter(({ error }) => error && !error.transient))
      open = open.filter((item) => !refused.includes(item))
      if (open.length === 0 || cx.clock.now() >= deadline) break
      await cx.clock.sleep(SETTLE_PAUSE_MS, cx.signal)
    }
    const unread = [...refused, ...open.filter(({ error }) => error)]
    open = open.filter(({ error }) => !error)
    const [first] = unread
    if (!first?.error) return open.length === 0 ? undefined : complain(open)
    const list = namesOf(unread.map(({ resource }) => resource))
    const also = open.length === 0 ? '' : `; ${complain(open).message}`
    return notVerified(first.error, `${list} could not be verified: ${first.error.message}${also}`)
  } catch (thrown) {
    const error = toAppError(thrown)
    if (error.kind === 'interrupted' || error.code === 'InternalError') return error
    return notVerified(error, `what was changed could not be verified: ${error.message}`)
  } finally {
    cx.emit({ type: 'phase-done' })
  }
}

/** Of the kind of its cause, which is what has to be mended. */
function notVerified({ kind, code, hint, transient, cause }: AppError, message: string): AppError {
  return new AppError(kind, code, message, {
    transient,
    hint,
    ...(cause !== undefined && { cause }),
  })
}

type Look = (cx: AwsContext, items: PlanItem<AwsContext>[]) => Promise<PlanItem<AwsContext>[]>
