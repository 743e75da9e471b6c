const { readFileSync } = require('node:fs')
const { dirname, resolve, sep } = require('node:path')

/** What starts a server or a process. */
const SLOW =
  /from '(?:node:child_process|node:http|node:https|node:net|node:worker_threads|[./]+\/src\/sandbox\/sandbox\.ts)'|runLine\(\['(?:demo|sandbox)'/
const IMPORT = /from '(\.[^']+\.ts)'/g
const TESTS = `${sep}test${sep}`

const known = new Map()

/** Whether a test, or any of the tests' own files that it imports, starts a server or a process. */
function isSlow(path) {
  const before = known.get(path)
  if (before !== undefined) return before
  known.set(path, false)
  const text = readFileSync(path, 'utf8')
  const imported = [...text.matchAll(IMPORT)].map(([, from]) => resolve(dirname(path), from))
  const slow = SLOW.test(text) || imported.filter((file) => file.includes(TESTS)).some(isSlow)
  known.set(path, slow)
  return slow
}

/** `npm run test:fast`: the tests that need nothing but this process. */
module.exports = (paths) => ({ filtered: paths.filter((path) => !isSlow(path)) })
