import type { Event } from '../../core/events.ts'
import { plain } from '../../text/escape.ts'
import { printWarning } from '../error.ts'
import type { Io } from '../io.ts'
import type { Output } from '../output.ts'
import { numberOf, speedOf } from './amounts.ts'
import { finishedLine } from './finished-line.ts'
import { type HoldableReporter, holdable, type Reporter } from './reporter.ts'

/** Share of the work after which a log line is worth it. */
const PROGRESS_STEP = 0.25

/** A line for everything that happens: for logs, pipes and CI, where nothing can be redrawn. */
function linesReporter(out: Output): Reporter {
  const verbs = new Map<string, string>()
  const told = new Map<string, string>()
  return {
    event(event) {
      if (event.type === 'phase') out.line(`${plain(event.title)} ...`)
      else if (event.type === 'resource-start') verbs.set(event.id, event.verb)
      else if (event.type === 'resource-progress') {
        const mark = milestone(event)
        if (told.get(event.id) === mark) return
        told.set(event.id, mark)
        out.line(`  ${[mark, ...speedOf(event)].join(', ')}`)
      } else if (event.type === 'resource-end') out.line(finishedLine(out, event, verbs.get(event.id)))
      else if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}

/** Changes only when there is something new to say, so that ten thousand objects do not make ten thousand lines. */
function milestone(event: Extract<Event, { type: 'resource-progress' }>): string {
  const note = plain(event.note)
  if (event.done === undefined) return note
  if (!event.total) return note
  const steps = Math.floor(event.done / event.total / PROGRESS_STEP)
  return `${note}: ${Math.round(steps * PROGRESS_STEP * 100)} % of ${numberOf(note)(event.total)}`
}

/** Line by line, with every AWS call: its name, how long it took and how often it was tried. Never what was in it. */
function debugReporter(out: Output): Reporter {
  const lines = linesReporter(out)
  return {
    event(event) {
      if (event.type !== 'call') return lines.event(event)
      const { service, operation, ms, attempts, error } = event
      const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
      const end = error === undefined ? '' : `, ${error}`
      out.line(out.paint.dim(`debug: ${service}:${operation} ${Math.round(ms)} ms, ${tries}${end}`))
    },
    pause() {},
  }
}

/** Warnings and nothing else: for `--quiet` and `--json`. */
function quietReporter(out: Output): Reporter {
  return {
    event(event) {
      if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
}

export type { HoldableReporter } from './reporter.ts'

/** The reporter that fits the flags and the terminal. `--debug` outranks `--quiet` and `--json`: it was asked for. */
export async function chooseReporter(
  io: Io,
  flags: { quiet: boolean; json: boolean; debug: boolean },
): Promise<HoldableReporter> {
  return holdable(await reporterFor(io, flags))
}

async function reporterFor(io: Io, flags: { quiet: boolean; json: boolean; debug: boolean }): Promise<Reporter> {
  if (flags.debug) return debugReporter(io.stderr)
  if (flags.quiet || flags.json) return quietReporter(io.stderr)
  return io.isLive ? (await import('./live.ts')).liveReporter(io.stderr) : linesReporter(io.stderr)
}
