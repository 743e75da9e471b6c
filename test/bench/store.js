import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { costOf, PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { atMost, check, columns, print, tell } from './table.js'

const SHAPE = { start: Date.UTC(2026, 9, 1), days: 30, perHour: 50, calls: 10 }

/** The month of a bucket of many small objects, read for the first time and once more: calls, bytes and time beside each other. */
export function benchStore() {
  return withSandbox(async (ask) => {
    const cache = mkdtempSync(join(tmpdir(), 'store-bench-'))
    try {
      const env = { ...(await ask('fresh')), XDG_CACHE_HOME: cache }
      await timed([PROGRAM, 'setup', '--yes', '--only', 'storage', '--offline'], env)
      const { objects, bytes } = await ask('fillLog', SHAPE)
      print(`${objects} objects, ${(bytes / 1e6).toFixed(0)} MB`)
      const span = ['--since', '2026-10-01', '--until', '2026-10-30', '--offline', '--json']
      const read = async (what, ...flags) => {
        const args = [PROGRAM, 'report', '--source', 's3', ...span, ...flags]
        await ask('listen')
        const ms = await timed(args, env)
        const { counts, bytes } = await ask('heard')
        const [gets, lists] = [counts['s3:GetObject'] ?? 0, counts['s3:ListObjectsV2'] ?? 0]
        tell(
          what,
          `${(ms / 1000).toFixed(2)} s   ${gets} GetObject, ${lists} ListObjectsV2   ${(bytes / 1e6).toFixed(2)} MB`,
        )
        return { ms, bytes, gets }
      }
      const first = await read('first run')
      const second = await read('second run')
      const late = await ask('fillLog', { ...SHAPE, days: 1, perHour: 1, start: SHAPE.start + 29 * 86_400_000 + 1000 })
      await read(`… with ${late.objects} objects that came late`)
      await read('… by role and day', '--by', 'role', '--by', 'day')
      const none = await read('without the store', '--no-cache')
      check('bytes of the second run to the first', second.bytes / first.bytes, ...atMost(0.02))
      check('time of the second run to the first', second.ms / first.ms, ...atMost(0.1))
      check('time of the first run to one that keeps nothing', first.ms / none.ms, ...atMost(1.25))
      tell('a second run', columns(second.ms, await costOf([PROGRAM, 'report', '--source', 's3', ...span], env)))
    } finally {
      rmSync(cache, { recursive: true })
    }
  })
}
