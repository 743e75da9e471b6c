import { AppError, EXIT_CODE } from '../core/errors.ts'
import { plain } from '../text/escape.ts'
import type { Io } from './io.ts'
import type { Output } from './output.ts'

/**
 * `error: what failed and why`, then `hint: …`. The stack and the cause follow with `--debug` only. A person who said no
 * knows why: that is no error, and one line.
 */
export function printError(out: Output, error: AppError, options: { debug?: boolean } = {}): void {
  const { paint } = out
  if (error.code === 'Declined') {
    out.line(error.message)
    return
  }
  out.line(`${paint.red('error:')} ${plain(error.message)}`)
  if (error.hint !== undefined) out.line(`${paint.cyan('hint:')} ${plain(error.hint)}`)
  if (!options.debug) return
  out.line(paint.dim(`debug: ${error.kind}/${error.code}`))
  for (const line of (error.stack ?? '').split('\n')) out.line(paint.dim(`debug: ${plain(line)}`))
  if (error.cause !== undefined) {
    for (const line of causeOf(error.cause).split('\n')) {
      out.line(paint.dim(`debug: caused by ${plain(line)}`))
    }
  }
}

/** Why one resource failed, and what mends it. */
export function printFailed(
  out: Output,
  failed: {
    step: string
    type: string
    name: string
    error: Pick<AppError, 'message'> & { hint?: string | undefined }
  },
): void {
  const { step, type, name, error } = failed
  out.line(`${out.paint.red('failed:')} step ${step}, ${type} ${plain(name)}: ${plain(error.message)}`)
  if (error.hint !== undefined) out.line(`${out.paint.cyan('hint:')} ${plain(error.hint)}`)
}

/** What may be shown of a cause: its stack. Its other members can hold a whole response, and that is not ours to print. */
function causeOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

/** The code, once the result is out; a result that could not be written (a full disk) is a failure. */
export async function written(io: Io, code: number): Promise<number> {
  const failure = await io.flush()
  if (!failure) return code
  const hint = 'see what stdout leads to: a disk may be full'
  printError(io.stderr, new AppError('failed', 'WriteFailed', `cannot write the result: ${failure.message}`, { hint }))
  return EXIT_CODE.failed
}
