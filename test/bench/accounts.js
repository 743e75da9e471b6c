import { costOf, PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { atMost, check, columns, tell } from './table.js'

const MEMBERS = 200
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1']
const MODELS = 5
/** What CloudWatch allows an account in a Region each second, beside what it allows at once. */
const RATES = { ListMetrics: 25, GetMetricData: 50 }

/** A day of an organization in several Regions, each account by its role, and all through one that they are linked to. */
export function benchAccounts() {
  return withSandbox(async (ask) => {
    const env = await ask('freshAccounts', { members: MEMBERS, regions: REGIONS, models: MODELS })
    const places = MEMBERS * REGIONS.length
    for (const [name, flags, fewest] of [
      // A listing of each of six namespaces; sums and percentiles.
      ['by roles', ['--accounts', 'org'], 8 * places],
      // What one listing gives and what 500 queries a request take; 24 queries each model for sums, and 6 for percentiles.
      ['through links', [], Math.ceil((places * MODELS * 30) / 500) + Math.ceil((places * MODELS * 10) / 500)],
    ]) {
      const args = [PROGRAM, 'report', '--region', REGIONS.join(), '--by', 'account', '--offline', '--json', ...flags]
      await ask('listen')
      const ms = await timed(args, env)
      const { counts, most } = await ask('heard')
      const cost = await costOf(args, env)
      const what = `${MEMBERS} accounts in ${REGIONS.length} Regions ${name}`
      tell(what, columns(ms, cost))
      check(`${what}: peak memory, MB`, cost.peakBytes / 1e6, ...atMost(300))
      const calls = Object.values(counts).reduce((sum, count) => sum + count, 0)
      check(`${what}: calls to the fewest (${fewest})`, calls / fewest, ...atMost(1.3))
      for (const [operation, rate] of Object.entries(RATES)) {
        // Of a bucket that is full, as many as fill again in a second go at once.
        check(`${what}: most ${operation} in a second`, most[operation] ?? 0, ...atMost(2 * rate))
      }
    }
  })
}
