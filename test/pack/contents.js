import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const MOST_PACKED_BYTES = 1.5e6
const MOST_INSTALLED_BYTES = 6_000_000
/** What npm runs by itself where a package is installed. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

/** Its size, and publint's opinion of it. */
export async function checkContents(tarball) {
  const bytes = statSync(tarball).size
  assert.ok(bytes <= MOST_PACKED_BYTES, `the tarball has ${bytes} bytes`)
  const names = execFileSync('tar', ['-tzf', tarball]).toString().trim().split('\n')
  const strange = names.filter((name) => /node_modules|\.test\.|\.env|\.map$/.test(name))
  assert.deepEqual(strange, [], 'files that nobody needs')

  const content = readFileSync(tarball)
  const data = content.buffer.slice(content.byteOffset, content.byteOffset + content.byteLength)
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true })
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
    'publint',
  )
  process.stdout.write(`     ${names.length} files, ${megabytes(bytes)} packed\n`)
}

/** What stands in the folder after the installation: one package, whole, that ran nothing. */
export function checkInstalled(home) {
  const modules = join(home, 'node_modules')
  const packages = readdirSync(modules).filter((name) => !name.startsWith('.'))
  assert.deepEqual(packages, ['bedrock-monitor'], 'it brings no other package')

  const folder = join(modules, 'bedrock-monitor')
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const runs = INSTALL_SCRIPTS.filter((name) => manifest.scripts?.[name] !== undefined)
  assert.deepEqual(runs, [], 'it runs nothing when it is installed')
  for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
    assert.deepEqual(Object.keys(manifest[kind] ?? {}), [], kind)
  }
  for (const path of [...targets(manifest.exports), ...targets(manifest.bin)]) {
    assert.ok(existsSync(join(folder, path)), `${path} is promised and missing`)
  }
  for (const path of ['LICENSE', 'README.md', 'dist/THIRD-PARTY-NOTICES.txt']) {
    assert.ok(statSync(join(folder, path)).size > 500, path)
  }
  const bytes = sizeOf(folder)
  assert.ok(bytes <= MOST_INSTALLED_BYTES, `it takes ${bytes} bytes`)
  process.stdout.write(`     ${megabytes(bytes)} installed\n`)
}

function targets(value) {
  return typeof value === 'string' ? [value] : Object.values(value).flatMap(targets)
}

function sizeOf(path) {
  const status = lstatSync(path)
  if (!status.isDirectory()) return status.size
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0)
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
