const { existsSync, readFileSync } = require('node:fs')
const { dirname, join, resolve, sep } = require('node:path')

/** What starts a server or a process. */
const SLOW =
  /from '(?:node:child_process|node:http|node:https|node:net|node:worker_threads|[./]+\/src\/sandbox\/sandbox\.ts)'|runLine\(\['(?:demo|sandbox)'/
/** What takes seconds of a processor: large tables and many random cases. They are two thirds of the time of all that needs nothing else. */
const HEAVY = [
  'cli/args/parse',
  'cli/session/secrets',
  'fuzz/command-line',
  'laws/ci-commands',
  'report/charges',
  'report/floors',
  'report/formats/csv',
  'report/formats/html',
  'report/formats/index',
  'report/formats/markdown',
  'report/formats/table-keys',
  'report/prices/price-list/usage-type',
  'report/scan/forms/forms',
  'report/scan/pool',
  'report/scan/record-reader',
  'report/scan/scan-object',
  'report/scan/walk',
  'report/sources/file/days',
  'report/sources/file/terms',
  'report/sources/metrics/incomplete',
  'report/summarize',
  'sandbox/traffic',
  'steps/dashboard/body',
  'steps/spend/spend-alarm',
  'text/escape',
  'ui/safety',
].map((name) => join(__dirname, ...`${name}.test.ts`.split('/')))

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

/** `npm run test:fast`: the tests that need nothing but this process, and little of it. */
module.exports = (paths) => {
  const gone = HEAVY.filter((path) => !existsSync(path))
  if (gone.length > 0) throw new Error(`test/fast.cjs names what is no longer there: ${gone}`)
  return { filtered: paths.filter((path) => !HEAVY.includes(path) && !isSlow(path)) }
}
