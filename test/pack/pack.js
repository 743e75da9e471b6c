/**
 * `npm run test:pack [-- TARBALL]`: packs the program as it would be published, installs the tarball in an empty folder
 * without a network, and uses it there as a stranger would, on each Node that it promises to run on.
 */
import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { checkContents, checkInstalled } from './contents.js'
import { nodes } from './nodes.js'
import { checkTypes } from './types.js'
import { checkProgram } from './use.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const [given] = process.argv.slice(2)

const folder = mkdtempSync(join(tmpdir(), 'pack-'))
try {
  const tarball = given === undefined ? packed() : resolve(given)
  await step('what is in the tarball', () => checkContents(tarball))
  // Side by side, since much of the demo's time is waiting for CloudWatch's quotas.
  await Promise.all((await nodes()).map((node) => step(`use on Node ${node.version}`, () => use(tarball, node))))
  const home = join(folder, process.version)
  await step('what is installed', () => checkInstalled(home))
  await step('types', () => checkTypes(home, ROOT))
} finally {
  rmSync(folder, { recursive: true })
}

function packed() {
  const args = ['pack', '--json', '--pack-destination', folder]
  const out = execFileSync('npm', args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] })
  // Scripts of this package, which run before, may print something too.
  const [{ filename }] = JSON.parse(out.subarray(out.indexOf('[\n')).toString())
  return join(folder, filename)
}

async function use(tarball, { version, path }) {
  const home = join(folder, version)
  mkdirSync(home)
  const env = environment(path)
  const args = ['install', '--offline', '--no-audit', '--no-fund', tarball]
  await promisify(execFile)('npm', args, { cwd: home, env })
  await checkProgram(home, env)
}

/** Nothing of this machine but where programs are: no AWS account, no configuration of npm. */
function environment(nodeFolder) {
  return {
    PATH: `${nodeFolder}:${process.env.PATH}`,
    HOME: folder,
    AWS_EC2_METADATA_DISABLED: 'true',
    CI: 'true',
  }
}

async function step(what, check) {
  const begin = performance.now()
  await check()
  process.stdout.write(`ok   ${what} (${((performance.now() - begin) / 1000).toFixed(1)} s)\n`)
}
