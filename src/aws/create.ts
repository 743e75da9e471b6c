import type { Observed } from '../core/resource.ts'
import { hasCode } from './errors.ts'

/**
 * A creating call whose answer was lost has been made all the same, and its repetition is told that the thing exists. That is
 * success when what stands there is ours: we only create what did not exist a moment ago. All else is thrown.
 */
export async function createOnce(
  create: Promise<unknown>,
  read: () => Promise<Observed<unknown> | undefined>,
  ...existsCodes: string[]
): Promise<void> {
  try {
    await create
  } catch (error) {
    if (!hasCode(error, ...existsCodes)) throw error
    const standing = await read()
    if ((await standing?.owner()) !== 'ours') throw error
  }
}
