import { AppError, EXIT_CODE } from '../../../core/errors.ts'
import { jsonLine } from '../../../core/json.ts'
import { hintOf, unreadAccounts } from '../../../report/sources/accounts.ts'
import type { KnownAccount } from '../../../report/sources/source.ts'
import { printError } from '../../../ui/error.ts'
import { frame } from '../../../watch/frame.ts'
import type { WatchView } from '../../../watch/view.ts'
import { watchJson } from '../../../watch/view.ts'
import type { Watcher } from '../../../watch/watcher.ts'
import { type App, printJson } from '../../session/app.ts'

/** One frame, as a table or as JSON, and the exit code: where some could not be read, that is told beside it. */
export async function watchOnce(app: App, watcher: Watcher, accounts: readonly KnownAccount[]): Promise<number> {
  const view = await watcher.refresh()
  app.reporter.pause()
  const failure = failureOf(view, accounts)
  if (failure && failure.kind !== 'partial') throw failure
  if (app.common.json) printJson(app, watchJson(view, accounts))
  else print(app, view)
  if (!failure) return 0
  printError(app.io.stderr, failure, { debug: app.common.debug })
  return EXIT_CODE[failure.kind]
}

/**
 * A frame every interval, one below the other, or a line of JSON each. Ends when nobody reads it any more, or
 * when interrupted, which it throws.
 */
export async function watchLines(
  app: App,
  watcher: Watcher,
  accounts: readonly KnownAccount[],
  intervalMs: number,
): Promise<number> {
  const { cx, io, common } = app
  for (;;) {
    const began = cx.clock.now()
    const view = await watcher.refresh()
    app.reporter.pause()
    if (common.json) io.stdout.write(`${jsonLine(watchJson(view, accounts))}\n`)
    else {
      print(app, view)
      io.stdout.line()
    }
    await io.stdout.flush()
    if (io.stdout.isGone) return 0
    await cx.clock.sleep(Math.max(0, began + intervalMs - cx.clock.now()), cx.signal)
  }
}

function print({ io: { stdout } }: App, view: WatchView): void {
  const { width: columns, unicode, paint } = stdout
  const options = { columns, sort: 'spend', unicode, paint } as const
  for (const line of frame(view, options)) stdout.line(line)
}

/** The first Region's error where none could be read; `partial` where some could, or not all of it, or not every account. */
function failureOf({ stale, missing, regions }: WatchView, accounts: readonly KnownAccount[]): AppError | undefined {
  const [first] = stale
  const [lacking] = missing
  if (!first && lacking) return new AppError('partial', lacking.code, lacking.message, { hint: 'run it again' })
  if (!first && unreadAccounts(accounts).length > 0) {
    const hint = hintOf(accounts)
    return new AppError('partial', 'WatchIncomplete', 'not every account could be read: see the warnings', { hint })
  }
  if (!first || stale.length === regions.length) return first?.error
  const { code, message, hint } = first.error
  const text = `${stale.map(({ region }) => region).join(', ')} could not be read: ${message}`
  return new AppError('partial', code, text, { hint })
}
