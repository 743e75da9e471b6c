import { execFile } from 'node:child_process'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

const PROMISED = ['20', '22', '24']
const LONGEST_FETCH_MS = 120_000

/**
 * The running Node and the other majors that the package promises, fetched by npx. One that cannot be had is left out with a
 * word about it; with TEST_EVERYTHING set that is a failure.
 * @returns {Promise<{ version: string, path: string }[]>} version with its v, and the folder of the binary
 */
export async function nodes() {
  const running = { version: process.version, path: dirname(process.execPath) }
  const others = PROMISED.filter((major) => major !== process.versions.node.split('.')[0])
  const found = await Promise.all(others.map(fetched))
  return [running, ...found.filter((node) => node !== undefined)]
}

async function fetched(major) {
  const print = 'process.stdout.write(JSON.stringify([process.version, process.execPath]))'
  try {
    const args = ['-y', '-p', `node@${major}`, 'node', '-e', print]
    const { stdout } = await promisify(execFile)('npx', args, { timeout: LONGEST_FETCH_MS })
    const [version, path] = JSON.parse(stdout)
    if (!version.startsWith(`v${major}.`)) throw new Error(`npx gave ${version}`)
    return { version, path: dirname(path) }
  } catch (error) {
    if (process.env.TEST_EVERYTHING) throw new Error(`Node ${major} cannot be had`, { cause: error })
    process.stdout.write(`skip Node ${major}: it cannot be had here (${error.message.split('\n')[0]})\n`)
    return undefined
  }
}
