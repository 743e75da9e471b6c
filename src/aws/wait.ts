import type { Context } from '../core/context.ts'

const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5_000

export interface RetryUntil<T> {
  run(): Promise<T>
  /** The failures that time heals. */
  retryOn(error: unknown): boolean
  /** Milliseconds after which the last failure is final. */
  deadlineMs: number
  /** Told before the first pause, so that the user learns what is waited for. */
  onWait(): void
}

/** Tries until it succeeds, fails for another reason, or the deadline has passed; pauses grow from 0.5 s to 5 s. */
export async function retryUntil<T>(cx: Context, options: RetryUntil<T>): Promise<T> {
  const deadline = cx.clock.now() + options.deadlineMs
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await options.run()
    } catch (error) {
      const left = deadline - cx.clock.now()
      if (!options.retryOn(error) || left <= 0) throw error
      if (pause === FIRST_PAUSE_MS) options.onWait()
      await cx.clock.sleep(Math.min(pause, left), cx.signal)
    }
  }
}
