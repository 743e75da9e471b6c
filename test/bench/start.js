import { costOf, inTurns, PROGRAM, timed } from './process.js'
import { atMost, check, columns, median, tell } from './table.js'

/** How long help takes to appear, next to a Node that does nothing. */
export async function benchStart({ runs = '21' }) {
  const ways = {
    'node -e 0': ['-e', '0'],
    '--help': [PROGRAM, '--help'],
    '--version': [PROGRAM, '--version'],
    'report --help': [PROGRAM, 'report', '--help'],
  }
  const run = Object.entries(ways).map(([name, args]) => [name, () => timed(args)])
  const times = await inTurns(Number(runs), Object.fromEntries(run))
  for (const [name, args] of Object.entries(ways)) {
    tell(name, columns(median(times[name]), await costOf(args)))
  }
  check('--help to node -e 0', median(times['--help']) / median(times['node -e 0']), ...atMost(1.6))
}
