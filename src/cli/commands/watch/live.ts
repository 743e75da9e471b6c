import { interrupted } from '../../../core/errors.ts'
import { CTRL_C, openScreen } from '../../../ui/screen.ts'
import { nextSort, type Sort } from '../../../watch/columns.ts'
import { frame } from '../../../watch/frame.ts'
import type { WatchView } from '../../../watch/view.ts'
import type { Watcher } from '../../../watch/watcher.ts'
import type { App } from '../../command.ts'

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
