import { type AppError, EXIT_CODE } from '../core/errors.ts'
import type { Warning } from '../core/events.ts'
import { withoutGivenSecrets } from '../core/secrets.ts'
import { plain } from '../text/escape.ts'

/** A failed command's result for a program: what `--json` prints when there is nothing else to print. */
export function failureJson(command: string | undefined, error: AppError, warnings: readonly Warning[]): object {
  const { code, message, hint } = error
  return {
    schemaVersion: 1,
    command: command === undefined ? null : withoutGivenSecrets(command),
    ok: false,
    error: { code, message: plain(message), ...(hint !== undefined && { hint: plain(hint) }) },
    exitCode: EXIT_CODE[error.kind],
    warnings,
  }
}
