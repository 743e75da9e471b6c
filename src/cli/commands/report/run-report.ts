import { join } from 'node:path'
import type { RenderOptions } from '../../../report/formats/format.ts'
import type { ReportSession } from '../../../report/sources/opening.ts'
import type { ReportOutcome } from '../../../report/sources/source.ts'
import type { Teams } from '../../../report/teams/rules.ts'
import type { ReportView } from '../../../report/view.ts'
import { compareWindow, resolveBilled, resolveWindow } from '../../../report/window-parse.ts'
import type { App } from '../../command.ts'
import { openResult, type Text } from '../../session/write-file.ts'
import type { ReportOptions } from './options.ts'

export async function runReport(
  app: App,
  options: ReportOptions & { teams: Teams | undefined },
): Promise<ReportOutcome> {
  const { fleetFor } = await import('../../session/open-session.ts')
  const { pricesFor } = await import('../../session/price-sources.ts')
  const { report } = await import('../../../steps/6-report.ts')
  const { compare, isBill, settings, timeZone, window } = options
  const now = app.cx.clock.now()
  const { linked } = app.common
  return report(
    { ...readingOf(app, options), open: () => fleetFor(app, 'report', { settings, asCaller: isBill, linked }) },
    {
      ...options,
      window: window && (isBill ? resolveBilled : resolveWindow)(window, now),
      compare: compare === undefined ? undefined : compareWindow(compare, timeZone, now),
      prices: (places) => pricesFor(app, places),
    },
  )
}

/** What reading takes besides accounts: stdin, opened when the first of it is asked for, and what was kept of the log, where it may be used. */
export function readingOf(
  app: App,
  { cache }: { cache: boolean },
): Pick<ReportSession, 'stdin' | 'tallies'> & Pick<App, 'cx'> {
  const tallies = async () => (await import('../../session/cache-folder.ts')).tallyStore(app)
  return { cx: app.cx, stdin: bytesFrom(app.io), tallies: cache ? tallies : undefined }
}

async function* bytesFrom(io: App['io']): AsyncGenerator<Uint8Array> {
  for await (const chunk of io.stdin) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk
}

/** Of up to four bytes each: file systems take 255 bytes. */
const MOST_LETTERS = 60

interface Writing {
  output: string
  ending: string | undefined
  render(view: ReportView, layout: RenderOptions): Text | Promise<Text>
}

/** Writes the report of everything as `index`, and one file for each part. Answers the path of the first. */
export async function writeParts(app: App, outcome: ReportOutcome, writing: Writing): Promise<string | undefined> {
  const { output, ending, render } = writing
  const fileOf = (name: string) => `${name}${ending ?? ''}`
  const write = async (file: string, view: ReportView, more: Pick<RenderOptions, 'parts'> = {}) => {
    const result = await openResult(app, { output: join(output, file) })
    await result.write(await render(view, { ...result, ...more }))
    return result.path
  }
  const all = outcome.parts?.() ?? []
  const names = fileNames(all.map(({ name }) => name))
  const parts = new Map(all.map(({ name }) => [name, fileOf(names.get(name) ?? '')]))
  const index = await write(fileOf('index'), outcome, { parts })
  for (const { name, view } of all) await write(parts.get(name) ?? '', view())
  return index
}

/** Names for every file system, by the names alone: next month's file of a team is called as this month's. */
export function fileNames(names: readonly string[]): Map<string, string> {
  const taken = new Set(['index'])
  return new Map([...names].sort().map((name) => [name, fileName(name, taken)]))
}

function fileName(name: string, taken: Set<string>): string {
  const plain =
    Array.from(
      name
        // macOS takes an accent within a letter and one beside it as the same.
        .normalize('NFC')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\p{M}_-]+/gu, '-')
        .replace(/^-+|-+$/g, ''),
    )
      .slice(0, MOST_LETTERS)
      .join('') || 'none'
  // Windows knows devices by these names.
  const base = /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(plain) ? `${plain}-` : plain
  let free = base
  for (let number = 2; taken.has(free); number++) free = `${base}-${number}`
  taken.add(free)
  return free
}
