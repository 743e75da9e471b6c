import { readdirSync } from 'node:fs'
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { inFolder } from '../support/folder.ts'
import { converse } from '../support/invocation-records.ts'
import { inherited, program } from '../support/program.ts'

const FOLDERS = 30
const KILLER = fileURLToPath(new URL('../killed-while-writing.cjs', import.meta.url))

/** Logs in folders of their own, each a pack: so there is much to write. */
function logs(): Record<string, Uint8Array> {
  const file = (folder: number) =>
    gzipSync(
      Array.from({ length: 400 }, (_, call) =>
        converse(call + 1, folder + 1, 100 + call, { time: `2026-11-20T${String(call % 24).padStart(2, '0')}:00:00Z` }),
      ).join('\n'),
    )
  return Object.fromEntries(
    Array.from({ length: FOLDERS }, (_, folder) => [`logs/${String(folder).padStart(2, '0')}/x.json.gz`, file(folder)]),
  )
}

const argsFor = (folder: string, ...more: string[]) => [
  ...['report', '--source', `file:${join(folder, 'logs')}`, '--by', 'model,hour', '--offline', '--json', ...more],
]
const packsIn = (folder: string) => {
  try {
    return readdirSync(join(folder, 'cache/bedrock-monitor/tallies'))
  } catch {
    return []
  }
}
/** Without the time at which it was made. */
const told = (stdout: string) => ({ ...JSON.parse(stdout), generatedAt: '' })

async function report(folder: string, ...more: string[]) {
  const { code, stdout, stderr } = await program(argsFor(folder, ...more), {
    env: { XDG_CACHE_HOME: join(folder, 'cache') },
  })
  expect([code, stderr]).toEqual([0, ''])
  return told(stdout)
}

describe('what is kept of logs', () => {
  test.each(
    [1, FOLDERS].flatMap((pack) =>
      (['opened', 'half', 'written', 'renamed'] as const).map((when) => [pack, when] as const),
    ),
  )('is never wrong after kill -9 in the middle of pack %i: %s', (pack, when) =>
    inFolder(logs(), async (folder) => {
      const { NODE_OPTIONS = '' } = inherited()
      const killed = await program(argsFor(folder), {
        env: {
          XDG_CACHE_HOME: join(folder, 'cache'),
          NODE_OPTIONS: `${NODE_OPTIONS} --require=${KILLER}`,
          KILL_IN_PACK: `${pack} ${when}`,
        },
      })
      expect(killed).toMatchObject({ code: null, stdout: '' })
      const [whole, drafts] = [/\.tally$/, /\.tally\.\w+$/].map((name) =>
        packsIn(folder).filter((one) => name.test(one)),
      )
      expect(whole).toHaveLength(when === 'renamed' ? pack : pack - 1)
      expect(drafts).toHaveLength(when === 'renamed' ? 0 : 1)
      const plain = await report(folder, '--no-cache')
      expect(plain.total.invocations).toBe(FOLDERS * 400)
      expect(await report(folder)).toEqual(plain)
      expect(await report(folder)).toEqual(plain)
    }),
  )

  test('is not harmed by runs side by side, and a file that changes is read again', () =>
    inFolder(logs(), async (folder) => {
      const plain = await report(folder, '--no-cache')
      expect(packsIn(folder)).toEqual([])
      for (const one of await Promise.all([report(folder), report(folder), report(folder)])) expect(one).toEqual(plain)
      expect(packsIn(folder)).toHaveLength(FOLDERS)
      await writeFile(join(folder, 'logs/07/x.json.gz'), gzipSync(converse(1, 1, 1)))
      const after = await report(folder)
      expect(after).toEqual(await report(folder, '--no-cache'))
      expect(after.total.invocations).toBe((FOLDERS - 1) * 400 + 1)
    }))

  const asRoot = process.geteuid?.() === 0 ? test : test.skip
  asRoot('is kept for a user without a name, too (as root only)', () =>
    inFolder(logs(), async (folder) => {
      const nameless = { uid: 54_321, gid: 54_321, env: { XDG_CACHE_HOME: join(folder, 'cache') } }
      await chown(folder, nameless.uid, nameless.gid)
      const first = await program(argsFor(folder), nameless)
      expect(first).toMatchObject({ code: 0, stderr: '' })
      expect(packsIn(folder)).toHaveLength(FOLDERS)
      expect(told((await program(argsFor(folder), nameless)).stdout)).toEqual(told(first.stdout))
      const { stdout } = await program(['cache', '--json'], nameless)
      const { logs: kept } = JSON.parse(stdout) as { logs: { calls: number }[] }
      expect(kept.map(({ calls }) => calls)).toEqual(Array.from({ length: FOLDERS }, () => 400))
    }),
  )
})
