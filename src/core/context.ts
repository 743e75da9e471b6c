import type { Event } from './events.ts'

export interface Clock {
  now(): number
  /** Resolves after `ms` milliseconds, or rejects at once with the signal's reason. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** What every piece of work is handed: everything outside the program that it may touch comes in through here. */
export interface Context {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Tells whoever is watching (terminal, log lines, nobody) what is going on. Never throws. */
  emit(event: Event): void
}
