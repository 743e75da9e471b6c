import type { Event } from '../../core/events.ts'
import { plain } from '../../text/escape.ts'
import type { Output } from '../output.ts'
import { outcomeMark, outcomeWord } from './outcome.ts'

/**
 * One finished resource: mark, step, what it is and what became of it. Why one failed is told at the end; one that the user
 * stopped did not fail.
 */
export function finishedLine(
  out: Output,
  event: Extract<Event, { type: 'resource-end' }>,
  verb: string | undefined,
): string {
  const { paint } = out
  const isStopped = event.outcome === 'failed' && event.error?.kind === 'interrupted'
  const word = isStopped ? 'interrupted' : outcomeWord(event.outcome, verb)
  return `${outcomeMark(out, isStopped ? 'not-run' : event.outcome)} ${paint.dim(event.step.padEnd(2))} ${plain(event.label)} ${word}`
}
