/**
 * `npm run bench [-- --only scan|cur|page|start|report|accounts|setup|cleanup] [--runs N] [--mb N] [--shape WORDS]`: how fast the program is, as ratios
 * of medians taken in one run, and how much memory it takes. Nothing else should be running.
 */
import { parseArgs } from 'node:util'
import { print } from './table.js'

const SUBJECTS = {
  start: async () => (await import('./start.js')).benchStart,
  report: async () => (await import('./report.js')).benchReport,
  accounts: async () => (await import('./accounts.js')).benchAccounts,
  setup: async () => (await import('./setup.js')).benchSetup,
  cleanup: async () => (await import('./cleanup.js')).benchCleanup,
  cur: async () => (await import('./cur.js')).benchCur,
  page: async () => (await import('./page.js')).benchPage,
  scan: async () => (await import('./scan.js')).benchScan,
}

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: Object.keys(SUBJECTS) },
    runs: { type: 'string' },
    mb: { type: 'string', default: '4096' },
    seed: { type: 'string', default: '1' },
    shape: { type: 'string' },
  },
})

for (const name of values.only) {
  const subject = SUBJECTS[name]
  if (!subject) throw new Error(`--only ${name}: one of ${Object.keys(SUBJECTS).join(', ')}`)
  print(`\n${name}`)
  await (await subject())(values)
}
