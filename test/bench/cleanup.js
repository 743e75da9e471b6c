import { againstBare } from './against-bare.js'
import { PROGRAM, timed } from './process.js'
import { withSandbox } from './sandbox.js'
import { atMost, check, tell } from './table.js'

const VERSIONS = 20_000
/** ListObjectVersions and DeleteObjects both take so many. */
const VERSIONS_A_CALL = 1_000
const BUCKET = 'bedrock-logs-111122223333'

/** Cleanup of everything, with a bucket full of logs. */
export function benchCleanup({ runs = '3' }) {
  return withSandbox(async (ask) => {
    const prepare = async () => {
      const env = await ask('fresh')
      await timed([PROGRAM, 'setup', '--yes'], env)
      await ask('fill', { bucket: BUCKET, versions: VERSIONS })
      return env
    }
    // What `fill` puts there is not Bedrock's.
    const args = ['cleanup', '--yes', '--include-others']
    const found = await againstBare({ ask, args, name: 'cleanup', runs: Number(runs), prepare })
    const fewest = VERSIONS / VERSIONS_A_CALL
    for (const operation of ['ListObjectVersions', 'DeleteObjects']) {
      const count = found.counts[`s3:${operation}`]
      // Bedrock's own permission check leaves an object behind, which makes one more page.
      check(`cleanup of ${VERSIONS} versions: ${operation}`, count, ...atMost(fewest + 1))
    }
    tell('cleanup to the bare script, which waits for no quota', found.ratio.toFixed(2))
  })
}
