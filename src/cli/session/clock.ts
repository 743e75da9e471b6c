import type { Clock } from '../../core/context.ts'

/** Real time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    // Loaded by those who wait: help does not.
    const { setTimeout } = await import('node:timers/promises')
    try {
      await setTimeout(ms, undefined, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
  },
}
