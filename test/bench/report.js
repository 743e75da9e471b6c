import { againstBare } from './against-bare.js'
import { fewestCalls } from './fewest.js'
import { costOf, PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { atMost, check, columns, tell } from './table.js'

const DAYS = 30

/** A report of a day next to bare scripts, and a month of many models: calls next to the fewest possible, and memory. */
export function benchReport({ runs = '11' }) {
  return withSandbox(async (ask) => {
    const env = await ask('fresh')
    await ask('playDay')
    const args = ['report', '--hours', '24', '--offline']
    const { ratio } = await againstBare({ ask, args, name: 'report', runs: Number(runs), prepare: async () => env })
    check('report --hours 24 to the faster bare script', ratio, ...atMost(1.3))

    const few = await month(ask, 50)
    const many = await month(ask, 500)
    check('peak memory, 500 models to 50', many.peak / few.peak, ...atMost(1.3))
    check('peak memory by the hour, 500 models to 50', many.peakByHour / few.peakByHour, ...atMost(1.3))
  })
}

async function month(ask, models) {
  const env = await ask('fresh')
  await ask('playMetrics', { models, days: DAYS })
  const peaks = {}
  for (const [name, by] of [
    ['peak', []],
    ['peakByHour', ['--by', 'hour']],
  ]) {
    const args = [PROGRAM, 'report', '--last', `${DAYS}d`, '--offline', '--json', ...by]
    await ask('listen')
    const ms = await timed(args, env)
    const { calls, counts } = await ask('heard')
    const cost = await costOf(args, env)
    peaks[name] = cost.peakBytes
    const what = `${models} models, ${DAYS} days${by.length > 0 ? ' by the hour' : ''}`
    tell(what, columns(ms, cost))
    const { data, listings } = fewestCalls(calls)
    check(`${what}: ListMetrics to the fewest`, counts['cloudwatch:ListMetrics'] / listings, ...atMost(1))
    check(`${what}: GetMetricData to the fewest (${data})`, counts['cloudwatch:GetMetricData'] / data, ...atMost(1))
  }
  return peaks
}
