import { bareScript } from './bare.js'
import { costOf, inTurns, PROGRAM, timed } from './process.js'
import { columns, median, seconds, tell } from './table.js'

/** Calls a second that CloudWatch allows an account; the program waits for its turn, a bare script would be throttled. */
const QUOTAS = { 'cloudwatch:PutMetricAlarm': 3, 'cloudwatch:DeleteAlarms': 3, 'cloudwatch:DescribeAlarms': 9 }

/**
 * A command of the program next to bare scripts that make the very same calls with the same SDK, side by side where the
 * program made them side by side: one plain, one bundled as the program is. All run as processes against the same sandbox.
 * @param {{ ask: Function, args: string[], name: string, runs: number, prepare(): Promise<Record<string, string>> }} options
 *   `prepare` brings the sandbox to where the command starts from and answers the environment
 * @returns {Promise<{ ratio: number, ratioWithoutWaiting: number, ratioToBundled: number, counts: Record<string, number> }>}
 *   the program's median to that of the plain script, as people write one: as it is, and less what CloudWatch's quotas make
 *   it wait; and that to the bundled one, which nobody writes by hand, less the waiting too
 */
export async function againstBare({ ask, args, name, runs, prepare }) {
  const program = [PROGRAM, ...args]
  const first = await prepare()
  await ask('listen')
  await timed(program, first)
  const heard = await ask('heard')
  const scripts = await bareScript(name, heard)
  const ways = { program, 'bare script': [scripts.plain], 'bare script, bundled': [scripts.bundled] }
  const run = Object.entries(ways).map(([way, script]) => [way, async () => timed(script, await prepare())])
  const times = await inTurns(runs, Object.fromEntries(run))
  for (const [way, script] of Object.entries(ways)) {
    tell(`${name}: ${way}`, columns(median(times[way]), await costOf(script, await prepare())))
  }
  const calls = Object.values(heard.counts).reduce((sum, count) => sum + count, 0)
  const waiting = waitFor(heard.counts)
  tell(`${name}: calls`, `${String(calls).padStart(6)}`)
  if (waiting > 0) tell(`${name}: waiting that CloudWatch's quotas ask for`, seconds(waiting))
  const [all, plain, bundled] = Object.keys(ways).map((way) => median(times[way]))
  const working = all - waiting
  return {
    ratio: all / plain,
    ratioWithoutWaiting: working / plain,
    ratioToBundled: working / bundled,
    counts: heard.counts,
  }
}

/** Milliseconds from the first to the last of so many calls: as many as the quota at once, the others one by one. */
function waitFor(counts) {
  const waits = Object.entries(QUOTAS).map(([name, quota]) => ((counts[name] ?? 0) - quota) / quota)
  return 1000 * Math.max(0, ...waits)
}
