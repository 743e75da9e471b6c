import { againstBare } from './against-bare.js'
import { PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { tell } from './table.js'

const SETUP = ['setup', '--yes']

/** Setup in an empty account, and once more where all stands, next to bare scripts. */
export function benchSetup({ runs = '5' }) {
  return withSandbox(async (ask) => {
    const empty = () => ask('fresh')
    report('setup', await againstBare({ ask, args: SETUP, name: 'setup', runs: Number(runs), prepare: empty }))

    const env = await ask('fresh')
    await timed([PROGRAM, ...SETUP], env)
    const settled = async () => env
    report(
      'second setup',
      await againstBare({ ask, args: SETUP, name: 'second-setup', runs: Number(runs), prepare: settled }),
    )
  })
}

function report(what, { ratio, ratioWithoutWaiting, ratioToBundled }) {
  tell(`${what} to the bare script`, ratio.toFixed(2))
  tell('… less the waiting, which the script does not do', ratioWithoutWaiting.toFixed(2))
  tell('… that to the same script, bundled as the program is', ratioToBundled.toFixed(2))
}
