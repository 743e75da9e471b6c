import { AppError, EXIT_CODE } from '../../core/errors.ts'
import { printError } from '../../ui/error.ts'
import type { Io } from '../../ui/io.ts'

/** The code, once the result is out; a result that could not be written (a full disk) is a failure. */
export async function written(io: Io, code: number): Promise<number> {
  const failure = await io.flush()
  if (!failure) return code
  const hint = 'see what stdout leads to: a disk may be full'
  printError(io.stderr, new AppError('failed', 'WriteFailed', `cannot write the result: ${failure.message}`, { hint }))
  return EXIT_CODE.failed
}
