import type { Event, Outcome } from '../../core/events.ts'
import { plain } from '../../text/escape.ts'
import { wrap } from '../../text/wrap.ts'
import type { Output } from '../output.ts'

/** The past of what a plan or a report does, for a line that tells what became of it. */
const DONE_VERB: ReadonlyMap<string, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['remove', 'removed'],
  ['reading', 'read'],
  ['querying', 'queried'],
])

/** "created", "not run", "failed": what became of a resource, in words that read without colour. */
export function outcomeWord(outcome: Outcome, verb: string | undefined): string {
  if (outcome === 'done') return DONE_VERB.get(verb ?? '') ?? 'done'
  return outcome === 'not-run' ? 'not run' : outcome
}

/** The mark in front of a finished resource: colour and shape both tell, so that neither is needed. */
export function outcomeMark(out: Output, outcome: Outcome): string {
  const { green, red, yellow, dim } = out.paint
  const marks: Partial<Record<Outcome, string>> = { done: green('✔'), failed: red('✖'), 'not-run': yellow('○') }
  return marks[outcome] ?? dim('-')
}

/** Mark, step and the space behind each. */
const HEAD_COLUMNS = 5
const LEAST_TEXT = 20

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
  const head = `${outcomeMark(out, isStopped ? 'not-run' : event.outcome)} ${paint.dim(event.step.padEnd(2))} `
  const text = `${plain(event.label)} ${word}`
  const lines = out.isTty ? wrap(text, Math.max(LEAST_TEXT, out.width - HEAD_COLUMNS)) : [text]
  return head + lines.join(`\n${' '.repeat(HEAD_COLUMNS)}`)
}
