import type { Context } from '../../core/context.ts'

/** Tells how far a piece of reading is: a number of bytes, or a note. */
export type Tell = (progress: { note: string; done?: number; total?: number }) => void

const STEP = '6'

/** Does the work and lets whoever watches know of its beginning, of how far it is, and of its end. */
export async function watched<Outcome>(
  cx: Context,
  { verb, label }: { verb: string; label: string },
  work: (tell: Tell) => Promise<Outcome>,
): Promise<Outcome> {
  const about = { id: `${verb} ${label}`, step: STEP, label }
  cx.emit({ type: 'resource-start', ...about, verb })
  try {
    const outcome = await work((progress) => cx.emit({ type: 'resource-progress', id: about.id, ...progress }))
    cx.emit({ type: 'resource-end', ...about, outcome: 'done' })
    return outcome
  } catch (error) {
    cx.emit({ type: 'resource-end', ...about, outcome: 'failed' })
    throw error
  }
}
