import { againstBare } from './against-bare.js'
import { fewestCalls } from './fewest.js'
import { costOf, PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { atMost, check, columns, median, tell } from './table.js'

const DAYS = 30

/** A report of a day next to bare scripts, and a month of many models: calls next to the fewest possible, and memory. */
export function benchReport({ runs = '11' }) {
  return withSandbox(async (ask) => {
    const env = await ask('fresh')
    await ask('playDay')
    const args = ['report', '--hours', '24', '--offline']
    const bare = await againstBare({ ask, args, name: 'report', runs: Number(runs), prepare: async () => env })
    check('report --hours 24 to the bare script', bare.ratio, ...atMost(1.3))
    tell('… to the same, bundled as the program is', bare.ratioToBundled.toFixed(2))

    const few = await month(ask, 50)
    const many = await month(ask, 500)
    // What is kept grows by a few megabytes; the rest is what V8 leaves lying of answers that it has read.
    check('peak memory, 500 models to 50', many.all.peakBytes / few.all.peakBytes, ...atMost(1.7))
    check('peak memory by the hour, 500 models, MB', many.byHour.peakBytes / 1e6, ...atMost(400))
    check('processor time by the hour, 500 models, seconds', many.byHour.cpuMs / 1000, ...atMost(5))
  })
}

async function month(ask, models) {
  const env = await ask('fresh')
  await ask('playMetrics', { models, days: DAYS })
  const costs = {}
  for (const [name, by, most] of [
    ['all', [], 1],
    // Requests of several pages: the last page of each is mostly not full.
    ['byHour', ['--by', 'hour'], 1.15],
  ]) {
    const args = [PROGRAM, 'report', '--last', `${DAYS}d`, '--offline', '--json', ...by]
    await ask('listen')
    const ms = await timed(args, env)
    const { calls, counts } = await ask('heard')
    const cost = await medianCost(args, env)
    costs[name] = cost
    const what = `${models} models, ${DAYS} days${by.length > 0 ? ' by the hour' : ''}`
    tell(what, columns(ms, cost))
    const { data, listings } = fewestCalls(calls)
    check(`${what}: ListMetrics to the fewest`, counts['cloudwatch:ListMetrics'] / listings, ...atMost(1))
    check(`${what}: GetMetricData to the fewest (${data})`, counts['cloudwatch:GetMetricData'] / data, ...atMost(most))
  }
  return costs
}

/** When garbage is collected is chance: one run alone tells of memory within a fifth. */
async function medianCost(args, env) {
  const runs = []
  for (let run = 0; run < 3; run++) runs.push(await costOf(args, env))
  return { peakBytes: median(runs.map(({ peakBytes }) => peakBytes)), cpuMs: median(runs.map(({ cpuMs }) => cpuMs)) }
}
