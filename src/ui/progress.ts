import type { Event, Outcome } from '../core/events.ts'
import { plain } from '../text/escape.ts'
import { bytes, grouped } from '../text/numbers.ts'
import { wrap } from '../text/wrap.ts'
import type { Output } from './output.ts'

/** Shows what is going on, on stderr. Never throws. */
export interface Reporter {
  event(event: Event): void
  /** Takes away what is redrawn in place. The next event brings it back. */
  pause(): void
}

const DONE_VERB: ReadonlyMap<string | undefined, string> = new Map([
  ['create', 'created'],
  ['update', 'updated'],
  ['remove', 'removed'],
  ['reading', 'read'],
  ['querying', 'queried'],
])

/** "created", "not run", "failed": what became of a resource, in words that read without colour. */
export function outcomeWord(outcome: Outcome, verb: string | undefined): string {
  if (outcome === 'done') return DONE_VERB.get(verb) ?? 'done'
  return outcome === 'not-run' ? 'not run' : outcome
}

/** The mark in front of a finished resource: colour and shape both tell, so that neither is needed. */
export function outcomeMark({ paint: { green, red, yellow, dim } }: Output, outcome: Outcome): string {
  const marks: Partial<Record<Outcome, string>> = { done: green('✔'), failed: red('✖'), 'not-run': yellow('○') }
  return marks[outcome] ?? dim('-')
}

const HEAD_COLUMNS = 5
const LEAST_TEXT = 20

/** One finished resource. Why one failed is told at the end; one that the user stopped did not fail. */
export function finishedLine(
  out: Output,
  { outcome, error, step, label }: Extract<Event, { type: 'resource-end' }>,
  verb: string | undefined,
): string {
  const isStopped = outcome === 'failed' && error?.kind === 'interrupted'
  const text = `${plain(label)} ${isStopped ? 'interrupted' : outcomeWord(outcome, verb)}`
  const lines = out.isTty ? wrap(text, Math.max(LEAST_TEXT, out.width - HEAD_COLUMNS)) : [text]
  const mark = outcomeMark(out, isStopped ? 'not-run' : outcome)
  return `${mark} ${out.paint.dim(step.padEnd(2))} ${lines.join(`\n${' '.repeat(HEAD_COLUMNS)}`)}`
}

export function numberOf(note: string): (value: number) => string {
  return note === 'bytes' ? bytes : (value) => grouped(Math.round(value))
}

export type Progress = Omit<Extract<Event, { type: 'resource-progress' }>, 'type' | 'id'>

/** How fast it goes and how long it may still take, as far as that is known: `340 MB/s`, `28 s left`, `12 min left`. */
export function speedOf({ note, done = 0, total, perSecond }: Progress): string[] {
  if (!perSecond) return []
  const speed = note === 'bytes' ? [`${bytes(Math.round(perSecond))}/s`] : []
  if (total === undefined || done >= total) return speed
  const left = Math.ceil((total - done) / perSecond)
  return [...speed, `${left < 100 ? `${left} s` : `${grouped(Math.round(left / 60))} min`} left`]
}
