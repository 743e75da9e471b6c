import type { Event } from '../core/events.ts'
import { plain } from '../text/escape.ts'
import { printWarning } from './error.ts'
import type { Io } from './io.ts'
import type { Output } from './output.ts'
import { finishedLine, numberOf, type Reporter, speedOf } from './progress.ts'

/** A reporter that can be silent for a while, so that a question stands alone on the terminal. */
export interface HoldableReporter extends Reporter {
  /** Does `work` (one at a time) while nothing is shown; what happened meanwhile is shown afterwards. */
  hold<T>(work: () => Promise<T>): Promise<T>
}

/** The reporter that fits the flags and the terminal. `--debug` outranks `--quiet` and `--json`: it was asked for. */
export async function chooseReporter(
  { stderr, isLive }: Io,
  { debug, quiet, json }: { quiet: boolean; json: boolean; debug: boolean },
): Promise<HoldableReporter> {
  if (isLive && !debug && !quiet && !json) return holdable((await import('./live.ts')).liveReporter(stderr))
  return holdable({ event: linesTo(stderr, { debug, quiet: !debug && (quiet || json) }), pause() {} })
}

function holdable(reporter: Reporter): HoldableReporter {
  let waiting: Event[] | undefined
  let last: Promise<unknown> = Promise.resolve()
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    reporter.pause()
    waiting = []
    try {
      return await work()
    } finally {
      const missed = waiting
      waiting = undefined
      for (const event of missed) reporter.event(event)
    }
  }
  return {
    event: (event) => (waiting ? void waiting.push(event) : reporter.event(event)),
    pause: () => reporter.pause(),
    hold(work) {
      const turn = last.then(() => alone(work))
      last = turn.catch(() => undefined)
      return turn
    },
  }
}

const PROGRESS_STEP = 0.25

/** A line for what happens; with `debug` every AWS call, never what was in it; with `quiet` warnings alone. */
function linesTo(out: Output, { debug, quiet }: { debug: boolean; quiet: boolean }): Reporter['event'] {
  const verbs = new Map<string, string>()
  const told = new Map<string, string>()
  return (event) => {
    if (event.type === 'warning') return printWarning(out, event.warning.message)
    if (quiet) return
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
    else if (event.type === 'call' && debug) {
      const { service, operation, ms, attempts, error } = event
      const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
      const end = error === undefined ? '' : `, ${error}`
      out.line(out.paint.dim(`debug: ${service}:${operation} ${Math.round(ms)} ms, ${tries}${end}`))
    }
  }
}
