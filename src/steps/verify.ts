import type { AwsContext } from '../aws/context.ts'
import { AppError, toAppError } from '../core/errors.ts'
import { type PlanItem, unsettled } from '../core/plan.ts'
import type { Result } from '../core/run.ts'

const SETTLE_MS = 20_000
const SETTLE_PAUSE_MS = 1_000

/** Reads again what was written; what cannot be read, or still differs after a while, is a failure. */
export async function verify(cx: AwsContext, results: readonly Result<AwsContext>[]): Promise<AppError | undefined> {
  const written = results
    .filter(({ item, outcome }) => outcome === 'done' && item.action !== 'remove')
    .map(({ item }) => item)
  if (written.length === 0) return undefined
  cx.emit({ type: 'phase', title: 'verifying' })
  try {
    const open = await waitUntilSettled(cx, written)
    if (open.length === 0) return undefined
    const list = open.map(
      ({ resource, changes }) => `${resource.type} ${resource.name} (${changes.map(({ path }) => path).join(', ')})`,
    )
    return new AppError('failed', 'NotAsWritten', `written, but AWS shows other settings: ${list.join('; ')}`, {
      hint: 'run bedrock-monitor status to see the differences',
    })
  } catch (error) {
    return toAppError(error)
  } finally {
    cx.emit({ type: 'phase-done' })
  }
}

/** AWS may take a moment to show what it has accepted. Gives what differs when the time is up. */
async function waitUntilSettled(cx: AwsContext, written: PlanItem<AwsContext>[]): Promise<PlanItem<AwsContext>[]> {
  const deadline = cx.clock.now() + SETTLE_MS
  let open = await unsettled(cx, written)
  while (open.length > 0 && cx.clock.now() < deadline) {
    await cx.clock.sleep(SETTLE_PAUSE_MS, cx.signal)
    open = await unsettled(cx, open)
  }
  return open
}
