import { AppError, EXIT_CODE } from '../core/errors.ts'
import { namesOf } from '../core/resource.ts'
import { plain } from '../text/escape.ts'
import type { Painter } from '../text/painter.ts'
import { wrap } from '../text/wrap.ts'
import type { Io } from './io.ts'
import type { Output } from './output.ts'

const INDENT = '  '
const LEAST_COLUMNS = 40

/** `label: text` in one line, so that a log can be searched; on a terminal in as many as it takes not to break words. */
function printLabelled(out: Output, label: string, style: keyof Painter, text: string): void {
  const whole = `${label}: ${plain(text)}`
  const [first = '', ...more] = out.isTty ? wrap(whole, Math.max(LEAST_COLUMNS, out.width), INDENT) : [whole]
  const start = label.length + 1
  for (const line of [`${out.paint[style](first.slice(0, start))}${first.slice(start)}`, ...more]) out.line(line)
}

export function printWarning(out: Output, message: string): void {
  printLabelled(out, 'warning', 'yellow', message)
}

/** `error: what failed and why`, then `hint: …`; stack and cause with `--debug` only. A no is no error, and one line. */
export function printError(out: Output, error: AppError, options: { debug?: boolean } = {}): void {
  const { paint } = out
  if (error.code === 'Declined') {
    out.line(error.message)
    return
  }
  printLabelled(out, 'error', 'red', error.message)
  if (error.hint !== undefined) printLabelled(out, 'hint', 'cyan', error.hint)
  if (!options.debug) return
  out.line(paint.dim(`debug: ${error.kind}/${error.code}`))
  for (const line of (error.stack ?? '').split('\n')) out.line(paint.dim(`debug: ${plain(line)}`))
  if (error.cause !== undefined) {
    for (const line of causeOf(error.cause).split('\n')) {
      out.line(paint.dim(`debug: caused by ${plain(line)}`))
    }
  }
}

/** Prints those that there are, beside a result that is out. The exit code: that of the first. */
export function printErrors(
  out: Output,
  errors: readonly (AppError | undefined)[],
  options: { debug?: boolean },
): number {
  const told = errors.filter((error) => error !== undefined)
  for (const error of told) printError(out, error, options)
  return told[0] ? EXIT_CODE[told[0].kind] : 0
}

const MOST_NAMES = 3

function firstNames(names: readonly string[]): string {
  const more = names.length - MOST_NAMES
  return ` (${names.slice(0, MOST_NAMES).join(', ')}${more > 0 ? ` and ${more} more` : ''})`
}

export function printFailed(
  out: Output,
  failed: readonly { step: string; type: string; name: string }[],
  { message, hint }: { message: string; hint?: string | undefined },
): void {
  const steps = [...new Set(failed.map(({ step }) => step))]
  printLabelled(
    out,
    'failed',
    'red',
    `${steps.length === 1 ? 'step' : 'steps'} ${steps.join(', ')}, ${namesOf(failed, firstNames)}: ${message}`,
  )
  if (hint !== undefined) printLabelled(out, 'hint', 'cyan', hint)
}

/** What may be shown of a cause: its stack. Its other members can hold a whole response, and that is not ours to print. */
function causeOf(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}

/** The code, once the result is out; a result that could not be written (a full disk) is a failure. */
export async function written(io: Io, code: number): Promise<number> {
  const failure = await io.flush()
  if (!failure) return code
  const hint = 'check where stdout goes: a disk may be full'
  printError(io.stderr, new AppError('failed', 'WriteFailed', `cannot write the result: ${failure.message}`, { hint }))
  return EXIT_CODE.failed
}
