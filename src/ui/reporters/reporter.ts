import type { Event } from '../../core/events.ts'

/** Shows what is going on, on stderr. Never throws. */
export interface Reporter {
  event(event: Event): void
  /** Makes room for a question or a result: takes away what is redrawn in place. The next event brings it back. */
  pause(): void
}
