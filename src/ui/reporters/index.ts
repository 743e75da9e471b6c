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
        const { id, note, done, total } = event
        const share = done === undefined || !total ? [] : [Math.floor(done / total / PROGRESS_STEP) * PROGRESS_STEP]
        // Each object is told of: what is not printed is not put into words.
        if (told.get(id) === `${note} ${share}`) return
        told.set(id, `${note} ${share}`)
        const far = share.map((part) => `: ${Math.round(part * 100)} % of ${numberOf(note)(total ?? 0)}`)
        out.line(`  ${[`${plain(note)}${far}`, ...speedOf(event)].join(', ')}`)
      } else if (event.type === 'resource-end') out.line(finishedLine(out, event, verbs.get(event.id)))
      else if (event.type === 'warning') printWarning(out, event.warning.message)
    },
    pause() {},
  }
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
