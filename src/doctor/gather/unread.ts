import { isAppError } from '../../core/errors.ts'
import type { Unread } from '../facts.ts'

/** Lets an examination go on past what it may not see: the answer, or undefined and a note of why. */
export type Attempt = <T>(what: string, reading: Promise<T>) => Promise<T | undefined>

export function noting(unread: Unread[]): Attempt {
  return async (what, reading) => {
    try {
      return await reading
    } catch (error) {
      // Without credentials nothing can be told, and an interruption is obeyed.
      if (!isAppError(error) || error.kind === 'credentials' || error.kind === 'interrupted') throw error
      unread.push({ what, why: error.message, incomplete: error.kind === 'partial' })
      return undefined
    }
  }
}
