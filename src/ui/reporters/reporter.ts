import type { Event } from '../../core/events.ts'

/** Shows what is going on, on stderr. Never throws. */
export interface Reporter {
  event(event: Event): void
  /** Takes away what is redrawn in place. The next event brings it back. */
  pause(): void
}

/** A reporter that can be silent for a while, so that a question stands alone on the terminal. */
export interface HoldableReporter extends Reporter {
  /** Does `work` (one at a time) while nothing is shown; what happened meanwhile is shown afterwards. */
  hold<T>(work: () => Promise<T>): Promise<T>
}

export function holdable(reporter: Reporter): HoldableReporter {
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
