import type { Context } from '../../core/context.ts'

/** Tells how far a piece of reading is: a number of bytes, or a note. */
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
