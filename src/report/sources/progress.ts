import type { Context } from '../../core/context.ts'

export type Tell = (progress: { note: string; done?: number; total?: number }) => void

const STEP = '6'

/** How fast it goes is told from here on: what is over sooner is not worth it, and what has just begun says little. */
const TOLD_AFTER_MS = 1000

/** Does the work and lets whoever watches know of its beginning, of how far it is, and of its end. */
export async function watched<Outcome>(
  cx: Context,
  { verb, label }: { verb: string; label: string },
  work: (tell: Tell) => Promise<Outcome>,
): Promise<Outcome> {
  const about = { id: `${verb} ${label}`, step: STEP, label }
  cx.emit({ type: 'resource-start', ...about, verb })
  const began = cx.clock.now()
  const tell: Tell = (progress) => {
    const ms = cx.clock.now() - began
    const speed = progress.done !== undefined && ms >= TOLD_AFTER_MS && { perSecond: (progress.done * 1000) / ms }
    cx.emit({ type: 'resource-progress', id: about.id, ...progress, ...speed })
  }
  try {
    const outcome = await work(tell)
    cx.emit({ type: 'resource-end', ...about, outcome: 'done' })
    return outcome
  } catch (error) {
    cx.emit({ type: 'resource-end', ...about, outcome: 'failed' })
    throw error
  }
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 2_000
const STOP_WITHIN_MS = 3_000

/** A query under way: how it stands (undefined: not ended yet), how long it may take, and what to do where nobody waits any more. */
interface Running<Answer> {
  look(): Promise<(() => Promise<Answer>) | undefined>
  longestMs: number
  stuck(): Error
  stop(abortSignal: AbortSignal): Promise<unknown>
}

/** Waits for the end of a query. One that nobody waits for any more is stopped, since it goes on to cost. */
export async function untilEnded<Answer>(cx: Context, { look, longestMs, stuck, stop }: Running<Answer>) {
  const began = cx.clock.now()
  let ended: (() => Promise<Answer>) | undefined
  try {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      ended = await look()
      if (ended) break
      if (cx.clock.now() - began > longestMs) throw stuck()
      await cx.clock.sleep(pause, cx.signal)
    }
  } finally {
    // With a signal of its own, since the user's interruption is what it follows on. It may have ended meanwhile: what led here is
    // what the user is told.
    if (!ended) await stop(AbortSignal.timeout(STOP_WITHIN_MS)).catch(() => {})
  }
  return ended()
}
