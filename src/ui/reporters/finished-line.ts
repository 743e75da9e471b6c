import type { Event } from '../../core/events.ts'
import type { Output } from '../output.ts'
import { outcomeMark, outcomeWord } from '../symbols.ts'
import { clean } from '../text.ts'

/** One finished resource: mark, step, what it is, what became of it and, if it failed, why. */
export function finishedLine(
  out: Output,
  event: Extract<Event, { type: 'resource-end' }>,
  verb: string | undefined,
): string {
  const { paint } = out
  const word = outcomeWord(event.outcome, verb)
  const why = event.error && event.outcome === 'failed' ? `: ${clean(event.error.message)}` : ''
  return `${outcomeMark(out, event.outcome)} ${paint.dim(event.step.padEnd(2))} ${clean(event.label)} ${word}${why}`
}
