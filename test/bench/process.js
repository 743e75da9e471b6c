import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const COST = fileURLToPath(new URL('./cost.js', import.meta.url))
export const PROGRAM = fileURLToPath(new URL('../../bin/bedrock-monitor.js', import.meta.url))

/**
 * Runs Node to the end of it, in an environment of its own.
 * @returns {Promise<number>} milliseconds from start to end
 */
export async function timed(args, env = {}) {
  const begin = performance.now()
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said += text
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}:\n${said}`)
  return performance.now() - begin
}

/**
 * What a run of Node takes, in a run that is not timed: the most memory, and processor time, which says more than the clock
 * does where the machine has other things to do.
 * @returns {Promise<{ peakBytes: number, cpuMs: number }>}
 */
export async function costOf(args, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'cost-'))
  const file = join(folder, 'cost.json')
  try {
    await timed(['--import', COST, ...args], { ...env, BENCH_COST_FILE: file })
    return JSON.parse(readFileSync(file, 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Takes turns between several ways of doing a thing, so that whatever else the machine does hits all of them.
 * @param {Record<string, () => Promise<number>>} ways
 * @returns {Promise<Record<string, number[]>>} what each gave, run by run
 */
export async function inTurns(runs, ways) {
  const found = Object.fromEntries(Object.keys(ways).map((name) => [name, []]))
  for (let run = 0; run < runs; run++) {
    for (const [name, way] of Object.entries(ways)) found[name].push(await way())
  }
  return found
}
