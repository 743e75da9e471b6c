import type { Context } from '../../../core/context.ts'
import { AppError, interrupted } from '../../../core/errors.ts'
import type { Warning } from '../../../core/events.ts'
import { jsonLine } from '../../../core/json.ts'
import { hintOf, unreadAccounts } from '../../../report/sources/linked.ts'
import type { KnownAccount } from '../../../report/sources/source.ts'
import { watchedPlaces } from '../../../steps/watched.ts'
import { printErrors } from '../../../ui/error.ts'
import { CTRL_C, openScreen } from '../../../ui/screen.ts'
import { frame, nextSort, type Sort } from '../../../watch/frame.ts'
import { type WatchView, watchJson } from '../../../watch/view.ts'
import { createWatcher, type Watcher } from '../../../watch/watcher.ts'
import { type App, printJson } from '../../command.ts'
import { fleetFor } from '../../session/open-session.ts'
import { priceSources } from '../../session/price-sources.ts'

/** Tries a call in the live view: what still fails then is told, and tried again with the next refresh. */
const LIVE_ATTEMPTS = 2

/** Answers the exit code; throws the interruption that ends it. */
export async function watch(app: App, { once, intervalMs }: { once: boolean; intervalMs: number }): Promise<number> {
  const { common, io } = app
  const live = !once && !common.json && io.stdout.isTty && app.env.TERM !== 'dumb'
  const stop = new AbortController()
  const cx = live ? silently(app, stop) : app.cx
  const opening = { linked: common.linked, ...(live && { maxAttempts: LIVE_ATTEMPTS }) }
  const fleet = await fleetFor({ ...app, cx }, 'report', opening)
  const warn = (warning: Warning) => app.cx.emit({ type: 'warning', warning })
  const { accounts, places, joined } = await watchedPlaces(fleet, warn)
  const { priceLoader } = await import('../../../report/sources/prices.ts')
  const prices = priceLoader(await priceSources(app, { places }))
  const watcher = createWatcher({ places, joined, prices, intervalMs })
  app.reporter.pause()
  if (!live) return watchLines(app, watcher, accounts, { once, intervalMs })
  await watchLive(app, watcher, { intervalMs, stop })
  return 0
}

/** While the view has the terminal, nothing else is written to it; what is under way ends with the view. */
function silently({ cx }: App, stop: AbortController): Context {
  return { clock: cx.clock, signal: AbortSignal.any([cx.signal, stop.signal]), emit: () => {} }
}

/** A frame, or JSON, once or every interval. Ends when nobody reads it, or when interrupted, which it throws. */
async function watchLines(
  app: App,
  watcher: Watcher,
  accounts: readonly KnownAccount[],
  { once, intervalMs }: { once: boolean; intervalMs: number },
): Promise<number> {
  const { cx, common } = app
  const { stdout, stderr } = app.io
  for (;;) {
    const began = cx.clock.now()
    const view = await watcher.refresh()
    const failure = once ? failureOf(view, accounts) : undefined
    if (failure && failure.kind !== 'partial') throw failure
    const { width: columns, unicode, paint } = stdout
    if (!common.json) stdout.lines(frame(view, { columns, sort: 'spend', unicode, paint }))
    else if (once) printJson(app, watchJson(view, accounts))
    else stdout.write(`${jsonLine(watchJson(view, accounts))}\n`)
    if (once) return printErrors(stderr, [failure], common)
    if (!common.json) stdout.line()
    await stdout.flush()
    if (stdout.isGone) return 0
    await cx.clock.sleep(Math.max(0, began + intervalMs - cx.clock.now()), cx.signal)
  }
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

/** The live view, until q, Ctrl-C or SIGTERM; the terminal is as it was before. `stop` aborts what is under way. */
export async function watchLive(
  app: Pick<App, 'io' | 'cx'>,
  watcher: Watcher,
  { intervalMs, stop }: { intervalMs: number; stop: AbortController },
): Promise<void> {
  const { io, cx } = app
  const { unicode, paint } = io.stdout
  let view: WatchView | undefined
  let sort: Sort = 'spend'
  let paused = false
  const end = () => stop.abort(interrupted())
  const draw = () => {
    const { columns, rows } = screen
    screen.draw(
      view
        ? frame(view, { columns, rows, sort, paused, keys: io.stdin.isTTY === true, unicode, paint })
        : ['reading the last 60 minutes'],
    )
  }
  const keys: Record<string, () => void> = {
    q: end,
    [CTRL_C]: end,
    s() {
      sort = nextSort(sort)
      draw()
    },
    p() {
      paused = !paused
      draw()
    },
  }
  const screen = openScreen(io, { key: (character) => keys[character.toLowerCase()]?.(), resize: draw })
  cx.signal.addEventListener('abort', end, { once: true })
  if (cx.signal.aborted) end()
  try {
    draw()
    for (;;) {
      const began = cx.clock.now()
      if (!paused) view = await watcher.refresh()
      draw()
      await cx.clock.sleep(Math.max(0, began + intervalMs - cx.clock.now()), stop.signal)
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
  } finally {
    cx.signal.removeEventListener('abort', end)
    screen.close()
  }
}
